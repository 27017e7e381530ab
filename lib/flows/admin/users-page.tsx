import { CheckBox } from '../../web/page/check-box.tsx';
import { Field, untouched } from '../../web/page/form.tsx';
import { Time } from '../../web/page/time.tsx';
import type { FoundUser } from './service.ts';
import type { UserSearch } from './user-search.ts';

type Search = Pick<UserSearch, 'query' | 'role' | 'disabled'>;

interface UsersPageProps {
  search: Search;
  found: { users: readonly FoundUser[]; next: string | null };
  isFirst: boolean;
}

export function UsersPage({ search, found: { users, next }, isFirst }: UsersPageProps) {
  return (
    <div class="middle">
      <h1>Administration</h1>
      <p class="actions">
        <a class="button second" href="/admin/invitation">
          Invite somebody
        </a>
        <a class="button second" href="/admin/events">
          Activity of all accounts
        </a>
      </p>
      <SearchForm search={search} />
      <section class="card" aria-labelledby="found">
        <h2 id="found">{isSearch(search) ? 'Found' : 'All users'}</h2>
        {users.length === 0 ? (
          <p>{next ? 'There is nobody on this page.' : `There is nobody${isFirst ? '' : ' more'}.`}</p>
        ) : (
          <ul class="list">
            {users.map((each) => (
              <Found key={each.user.id} {...each} />
            ))}
          </ul>
        )}
      </section>
      <p class="actions below">
        {next && (
          <a class="button second" href={addressOf(search, next)} rel="next">
            Next
          </a>
        )}
        {!isFirst && <a href={addressOf(search)}>Back to the first</a>}
      </p>
    </div>
  );
}

function SearchForm({ search: { query, role, disabled } }: { search: Search }) {
  const props = {
    formId: 'search',
    state: untouched,
    type: 'text',
    autocomplete: 'off',
    optional: true,
  } as const;
  return (
    <search class="card">
      <form method="get" action="/admin">
        <Field
          {...props}
          name="query"
          label="Address, name or id"
          hint="The beginning of an e-mail address or of a name, or a whole id."
          {...(query !== undefined && { initial: query })}
        />
        <Field {...props} name="role" label="Role" {...(role !== undefined && { initial: role })} />
        <CheckBox
          id="search-disabled"
          name="disabled"
          value="true"
          label="Only disabled accounts"
          hint="Those that an administrator keeps out."
          isTicked={disabled === true}
        />
        <button type="submit" class="wide">
          Search
        </button>
      </form>
    </search>
  );
}

function Found({ user, disabled }: FoundUser) {
  return (
    <li>
      <div>
        <h3>
          <a href={`/admin/people/${user.id}`}>{user.email}</a>
          {disabled && <span class="tag bad">disabled</span>}
          {!user.emailVerified && <span class="tag">not confirmed</span>}
        </h3>
        <p class="quiet">
          {user.name && `${user.name} · `}since <Time at={user.createdAt} />
          {user.roles.length > 0 && ` · ${user.roles.join(', ')}`}
        </p>
      </div>
    </li>
  );
}

function isSearch({ query, role, disabled }: Search): boolean {
  return [query, role, disabled].some((each) => each !== undefined);
}

function addressOf({ query, role, disabled }: Search, after?: string): string {
  const given = { query, role, disabled: disabled && 'true', after };
  const fields = Object.entries(given).filter((field): field is [string, string] => field[1] !== undefined);
  return fields.length > 0 ? `/admin?${new URLSearchParams(fields)}` : '/admin';
}
