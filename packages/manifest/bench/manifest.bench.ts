import {
  checkPublishable,
  formatManifest,
  manifestFromObject,
  parseManifest,
  signableBytes,
} from '@agentmesh/manifest';
import { test } from 'vitest';
import { parse } from 'yaml';

const TEXT = `name: response-length-validator
version: 1.2.0
description: Refuses agent responses that are longer than a limit of words.
author: alice@example.com
plugin_type: validator
capabilities:
  - response-length-check
  - word-counting
dependencies:
  - base-validator>=1.0.0,<2.0.0
min_agentmesh_version: "1.5.0"
organization: contoso
entry: src/index.js
license: MIT
keywords: [length, words]
x-owner: {team: governance, level: 2}
content_digest: h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
signature: bJePYlLOe25UkU/TQ635Taa7nN+fGqrjc8i7pbk757rIbj3gx3i35p4ECKLwu4PWKG7cfw5SihnyvRSJPeZ0AQ==
`;
const MANIFEST = parseManifest(TEXT).manifest;
const GRANTED = parseManifest(`${TEXT}permissions: {net: [api.example.com:443], memory: 1048576}\n`).manifest;
const JSON_TEXT = JSON.stringify(MANIFEST);

test('read a manifest of 18 lines', async ({ bench }) => {
  await bench.compare(
    bench('yaml.parse alone', () => void parse(TEXT)),
    bench('parseManifest', () => void parseManifest(TEXT)),
  );
});

test('read an entry of a registry file', async ({ bench }) => {
  await bench.compare(
    bench('JSON.parse alone', () => void JSON.parse(JSON_TEXT)),
    bench('JSON.parse and manifestFromObject', () => void manifestFromObject(JSON.parse(JSON_TEXT))),
  );
});

test('from a manifest', async ({ bench }) => {
  await bench.compare(
    bench('JSON.stringify alone', () => void JSON.stringify(MANIFEST)),
    bench('signableBytes', () => void signableBytes(MANIFEST)),
    bench('signableBytes, with permissions', () => void signableBytes(GRANTED)),
    bench('formatManifest', () => void formatManifest(MANIFEST)),
    bench('checkPublishable', () => void checkPublishable(MANIFEST)),
  );
});
