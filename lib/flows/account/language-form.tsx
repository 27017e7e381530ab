import { languageNames, languages } from '../../base/language.ts';
import type { User } from '../../users/user.ts';
import { Form, type FormState } from '../../web/page/form.tsx';
import { Part } from '../../web/page/part.tsx';
import { useTexts } from '../../web/page/reader.tsx';
import { pageTexts } from './texts/texts.ts';

interface LanguagePartProps {
  user: User;
  form: { id: string; action: string; state: FormState; hidden: Readonly<Record<string, string>> };
}

/** The part of the settings in which the language of pages and mails is chosen. */
export function LanguagePart({ user, form }: LanguagePartProps) {
  const id = `${form.id}-language`;
  const texts = useTexts(pageTexts).language;
  return (
    <Part id="your-language" title={texts.title}>
      <Form {...form} fields={[]} submit={texts.submit} look="second">
        <div class="field">
          <label for={id}>{texts.field}</label>
          <select id={id} name="language">
            <option value="">{texts.asBrowser}</option>
            {languages.map((language) => (
              <option key={language} value={language} lang={language} selected={language === user.language}>
                {languageNames[language]}
              </option>
            ))}
          </select>
        </div>
      </Form>
    </Part>
  );
}
