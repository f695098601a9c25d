import { isPluginName } from '@agentmesh/manifest';

/** What the formats and people write in names. Whatever else is there makes no name of ours: it may be meant to lead astray. */
const WRITTEN = /^[A-Za-z0-9][A-Za-z0-9._ -]*$/;

/** A foreign name in our form: dots and blanks become `-`. Undefined where no safe name can be made of it. */
export function mapName(name: string): string | undefined {
  if (!WRITTEN.test(name)) return undefined;
  const mapped = name.replaceAll(/[. ]/g, '-');
  return isPluginName(mapped) ? mapped : undefined;
}
