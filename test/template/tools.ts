import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** What a tool asks for at a resource. */
export interface Finding {
  rule: string;
  type: string;
  /** The logical id of the resource; empty for what is about the whole template. */
  id: string;
  said: string;
}

interface Linted {
  Rule: { Id: string };
  Location: { Path: (string | number)[] | null };
  Message: string;
}

interface Scanned {
  check_id: string;
  check_name: string;
  /** Type and logical id, with a dot between. */
  resource: string;
}

/** The tools of a virtual environment. */
export function openTools(bin: string) {
  /** @throws {Error} where it prints no JSON. */
  function run<T>(program: string, args: readonly string[]): Promise<T> {
    return new Promise((done, reject) => {
      // Both tell by their exit code too that they found something.
      execFile(join(bin, program), args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        try {
          done(JSON.parse(stdout) as T);
        } catch {
          reject(new Error(`${program} printed no JSON: ${stdout}${stderr}`, { cause: error }));
        }
      });
    });
  }

  return {
    /** cfn-lint's errors and warnings. @param types of the resources of that template, by logical id. */
    async lint(file: string, types: ReadonlyMap<string, string>): Promise<Finding[]> {
      const found = await run<Linted[]>('cfn-lint', [
        ...['--regions', 'us-east-1', '--format', 'json', '--template', file],
      ]);
      return found.map(({ Rule, Location, Message }) => {
        const [section, id] = Location.Path ?? [];
        const logicalId = section === 'Resources' ? String(id) : '';
        return { rule: Rule.Id, type: types.get(logicalId) ?? '', id: logicalId, said: Message };
      });
    },
    /** @throws {Error} where checkov cannot read the template. */
    async scan(file: string): Promise<Finding[]> {
      const { results, summary } = await run<{
        results?: { failed_checks: Scanned[]; parsing_errors: string[] };
        summary?: { resource_count: number };
      }>('checkov', ['--framework', 'cloudformation', '--skip-download', '-o', 'json', '-f', file]);
      if (!results || results.parsing_errors.length > 0 || !summary?.resource_count)
        throw new Error(`checkov read no template: ${file}`);
      return results.failed_checks.map(({ check_id, check_name, resource }) => {
        const [type = '', id = ''] = resource.split('.');
        return { rule: check_id, type, id, said: check_name };
      });
    },
  };
}
