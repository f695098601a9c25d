"""The module `agentmesh` that a plugin may import: what it was granted, and nothing more."""

import base64
import json
from importlib.machinery import ModuleSpec
from types import MappingProxyType

from call_pipes import ANSWERS, ORDERS
from frames import FETCH, FETCHED, read_frame, write_frame
from to_json import to_json


class FetchError(OSError):
    """A request that got no response; `code` says why."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Response:
    """What a server answered. `headers` has lower-case names."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.bytes = body

    @property
    def ok(self):
        return 200 <= self.status <= 299

    def text(self):
        return self.bytes.decode('utf-8', 'replace')

    def json(self):
        return json.loads(self.bytes)


class AgentmeshFinder:
    """Makes the module when it is imported: most plugins never do."""

    def __init__(self, env, network):
        self._env = env
        self._network = network

    def find_spec(self, name, path=None, target=None):
        return ModuleSpec(name, self) if name == 'agentmesh' else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        """`env` has the granted variables; `fetch` exists only where the network was granted."""
        module.env = MappingProxyType(dict(self._env))
        if self._network:
            module.fetch = fetch
            module.FetchError = FetchError
            module.Response = Response


def fetch(url, method='GET', headers=None, body=None):
    """Asks the host for an HTTP request and waits for the response. `body` is text or bytes.

    Raises FetchError when the host refuses the address or the request fails.
    """
    pairs = headers.items() if hasattr(headers, 'items') else headers or ()
    request = {'url': str(url), 'method': str(method), 'headers': [[str(name), str(value)] for name, value in pairs]}
    if body is not None:
        data = body.encode('utf-8') if isinstance(body, str) else bytes(body)
        request['body'] = base64.b64encode(data).decode('ascii')
    write_frame(ANSWERS, FETCH, to_json(request))
    frame = read_frame(ORDERS, FETCHED)
    if frame is None:
        raise FetchError('FETCH_FAILED', 'the host gave no response')
    response = json.loads(bytes(frame))
    if 'error' in response:
        raise FetchError(response['error']['code'], response['error']['message'])
    return Response(response['status'], joined(response['headers']), base64.b64decode(response['body']))


def joined(pairs):
    """A header that comes twice is one with both values."""
    headers = {}
    for name, value in pairs:
        key = name.lower()
        headers[key] = f'{headers[key]}, {value}' if key in headers else value
    return headers
