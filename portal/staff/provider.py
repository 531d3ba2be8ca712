"""A service elsewhere that proves who somebody is, by OpenID Connect; what they may do at the desk is not its business."""

import logging
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse

from portal.settings import Settings
from portal.texts.errors import BilingualError, sentence

if TYPE_CHECKING:
    from authlib.integrations.starlette_client import StarletteOAuth2App

_SECONDS = 5
_LEEWAY_SECONDS = 60
# Signed with a key only the service has; never "none", never a key both sides know.
_SIGNATURES = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
_log = logging.getLogger(__name__)


class ProviderError(BilingualError):
    """It could not be proved who somebody is; `status` is that of the reply."""

    def __init__(self, key: str, status: int) -> None:
        super().__init__(sentence(f"elsewhere.{key}"))
        self.status = status


class Provider:
    """The service of the settings; it is first reached when somebody wants to sign in with it.

    Args:
        settings: its issuer, and what it calls this portal.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: StarletteOAuth2App | None = None

    async def leading(self, request: Request, back: str) -> RedirectResponse:
        """On to the service; what its answer must know is put into the request's session.

        Args:
            back: the whole address it leads back to.

        Raises:
            ProviderError: it cannot be reached, or is not the one of the settings.
        """
        try:
            client = self._client()
            await self._described(client)
            return await client.authorize_redirect(request, back)
        except Exception as problem:
            raise _told(problem) from problem

    async def subject(self, request: Request) -> str:
        """Who the service has proved somebody to be, whom it led back here.

        Raises:
            ProviderError: it has not, to this browser, for this portal and just now.
        """
        if "error" in request.query_params:
            raise ProviderError("declined", 403)
        try:
            client = self._client()
            described = await self._described(client)
            token = await client.authorize_access_token(
                request,
                claims_options={
                    "iss": {"essential": True, "value": described["issuer"]},
                    "aud": {"essential": True, "value": self._settings.desk_oidc_client_id},
                    "sub": {"essential": True},
                },
                leeway=_LEEWAY_SECONDS,
            )
            subject = token["userinfo"]["sub"]
        except Exception as problem:
            raise _told(problem) from problem
        if not isinstance(subject, str):
            raise ProviderError("unproven", 403)
        return subject

    def _client(self) -> "StarletteOAuth2App":
        """What speaks to it; the library is loaded with the first who asks."""
        if self._made is None:
            from authlib.integrations.starlette_client import OAuth

            self._made = OAuth().register(
                "desk",
                client_id=self._settings.desk_oidc_client_id,
                client_secret=self._settings.desk_oidc_client_secret.get_secret_value(),
                server_metadata_url=f"{self._settings.desk_oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
                client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": _SECONDS},
            )
        return self._made

    async def _described(self, client: "StarletteOAuth2App") -> dict[str, Any]:
        """What the service says of itself, as far as it is believed.

        Raises:
            ConnectionError: it is another than that of the settings, or signs in no way that proves anything.
        """
        described = await client.load_server_metadata()
        offered = described.get("id_token_signing_alg_values_supported") or ["RS256"]
        described["id_token_signing_alg_values_supported"] = believed = sorted(_SIGNATURES.intersection(offered))
        if described.get("issuer") != self._settings.desk_oidc_issuer or not believed:
            # Read again the next time: it may have been put right.
            self._made = None
            raise ConnectionError(f"the service calls itself {described.get('issuer')!r} and signs with {offered!r}")
        return described


def _told(problem: Exception) -> ProviderError:
    """What a visitor is told of a problem; the log has its first line."""
    import httpx2

    away = isinstance(problem, (httpx2.HTTPError, OSError))
    _log.warning("signing in elsewhere failed: %s: %s", type(problem).__name__, str(problem).partition("\n")[0][:200])
    return ProviderError("away", 503) if away else ProviderError("unproven", 403)
