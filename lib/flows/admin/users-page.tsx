import { CheckBox } from '../../web/page/check-box.tsx';
import { Field, untouched } from '../../web/page/form.tsx';
import { Filled, useTexts } from '../../web/page/reader.tsx';
import { Time } from '../../web/page/time.tsx';
import type { FoundUser } from './service.ts';
import { pageTexts } from './texts/texts.ts';
import type { UserSearch } from './user-search.ts';

type Search = Pick<UserSearch, 'query' | 'role' | 'disabled'>;

interface UsersPageProps {
  search: Search;
  found: { users: readonly FoundUser[]; next: string | null };
  isFirst: boolean;
}

export function UsersPage({ search, found: { users, next }, isFirst }: UsersPageProps) {
  const texts = useTexts(pageTexts).users;
  const nobody = isFirst ? texts.nobody : texts.nobodyMore;
  return (
    <div class="middle">
      <h1>{texts.title}</h1>
      <p class="actions">
        <a class="button second" href="/admin/invitation">
          {texts.invite}
        </a>
        <a class="button second" href="/admin/events">
          {texts.events}
        </a>
      </p>
      <SearchForm search={search} />
      <section class="card" aria-labelledby="found">
        <h2 id="found">{isSearch(search) ? texts.found : texts.all}</h2>
        {users.length === 0 ? (
          <p>{next ? texts.nobodyHere : nobody}</p>
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
            {texts.next}
          </a>
        )}
        {!isFirst && <a href={addressOf(search)}>{texts.first}</a>}
      </p>
    </div>
  );
}

function SearchForm({ search: { query, role, disabled } }: { search: Search }) {
  const texts = useTexts(pageTexts).users;
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
          label={texts.query}
          hint={texts.queryHint}
          {...(query !== undefined && { initial: query })}
        />
        <Field {...props} name="role" label={texts.role} {...(role !== undefined && { initial: role })} />
        <CheckBox
          id="search-disabled"
          name="disabled"
          value="true"
          label={texts.disabled}
          hint={texts.disabledHint}
          isTicked={disabled === true}
        />
        <button type="submit" class="wide">
          {texts.submit}
        </button>
      </form>
    </search>
  );
}

function Found({ user, disabled }: FoundUser) {
  const { users: texts, tags } = useTexts(pageTexts);
  return (
    <li>
      <div>
        <h3>
          <a href={`/admin/people/${user.id}`}>{user.email}</a>
          {disabled && <span class="tag bad">{tags.disabled}</span>}
          {!user.emailVerified && <span class="tag">{tags.unconfirmed}</span>}
        </h3>
        <p class="quiet">
          {user.name && `${user.name} · `}
          <Filled text={texts.since} at={<Time at={user.createdAt} />} />
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
