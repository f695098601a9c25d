// Adds keys to a keyring file, one update each: node trust-keys.mjs PATH AUTHOR COUNT
import { Keyring, PluginSigner } from '@agentmesh/signing';

const [path, author, count] = process.argv.slice(2);
for (let at = 0; at < Number(count); at += 1) {
  await Keyring.update(path, (keyring) => keyring.trust({ author, key: PluginSigner.generate().publicKey }));
}
