/** `requestTimeout` as a flag: `request-timeout`. */
export function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `requestTimeout` in a configuration file: `request_timeout`. */
export function fileName(key: string): string {
  return flagName(key).replaceAll('-', '_');
}

/** `requestTimeout` in the environment: `AGENTMESH_REQUEST_TIMEOUT`. */
export function environmentName(key: string): string {
  return `AGENTMESH_${fileName(key).toUpperCase()}`;
}
