"""A small OpenID Connect service of the tests' own, which signs whom it is told to in, rightly or with one thing wrong."""

import base64
import hashlib
import json
import secrets
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "synthetic-portal", "synthetic secret of the portal"


@dataclass
class OpenIdProvider:
    """What it would say; a test changes it."""

    issuer: str
    subject: str = "synthetic-subject"
    described: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    algorithm: str = "RS256"
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refuses: bool = False

    def __post_init__(self) -> None:
        self.key = self.signing = RSAKey.generate_key(parameters={"kid": "synthetic"})

    def metadata(self) -> dict[str, Any]:
        """What it says of itself."""
        ends = {"authorization": "authorize", "token": "token"}
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in ends.items()},
        } | self.described

    def authorized(self, asked: dict[str, str]) -> str:
        """Where it leads a browser back to."""
        if self.refuses:
            return f"{asked['redirect_uri']}?error=access_denied&state={asked['state']}"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urllib.parse.urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A token for a code, once, for who has the secret and asked for the code."""
        if authorization != "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode():
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proved = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != proved or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"]} | self.claims
        told = {name: value for name, value in claims.items() if name not in self.left_out}
        return 200, {"access_token": "synthetic", "token_type": "Bearer", "id_token": self._signed(told)}

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.algorithm == "none":
            parts = ({"alg": "none"}, claims)
            return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."
        key = OctKey.import_key(SECRET) if self.algorithm == "HS256" else self.signing
        return jwt.encode({"alg": self.algorithm, "kid": "synthetic"}, claims, key, algorithms=[self.algorithm])


@contextmanager
def openid_provider() -> Iterator[OpenIdProvider]:
    """A service that listens on a free port of this machine, by another name than the portal's: it is another website."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parsed = urllib.parse.urlsplit(self.path)
            provider.asked.append(parsed.path)
            if parsed.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorized(dict(urllib.parse.parse_qsl(parsed.query))))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif parsed.path == "/keys":
                self._reply(200, {"keys": [provider.key.as_dict(private=False)]})
            else:
                self._reply(200, provider.metadata())

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._reply(*provider.token(dict(urllib.parse.parse_qsl(body)), self.headers.get("Authorization", "")))

        def _reply(self, status: int, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider = OpenIdProvider(f"http://localhost:{server.server_address[1]}")
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        serving.start()
        try:
            yield provider
        finally:
            server.shutdown()
            serving.join()
