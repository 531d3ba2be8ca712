"""What Streamlit tells every page in its first message about the machine it runs on, made nothing of before it is sent."""

import hashlib
import hmac

# Of a message's kinds the one that opens a session.
_OPENING = "new_session"


def discreet(data: bytes) -> bytes:
    """A message to a page without the program's place, versions, system and installation.

    The version of Streamlit becomes a word that changes with it: a page that stays open over an update is loaded anew by it.

    Args:
        data: a `ForwardMsg` as it would be sent; all but the first are returned as they are.
    """
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    message = ForwardMsg.FromString(data)
    if message.WhichOneof("type") != _OPENING:
        return data
    opening = message.new_session
    machine, person = opening.initialize.environment_info, opening.initialize.user_info
    word = hmac.new(person.installation_id_v3.encode(), machine.streamlit_version.encode(), hashlib.sha256).hexdigest()[
        :16
    ]
    machine.Clear()
    machine.streamlit_version = word
    # A page reads these, and takes none for a fault.
    person.Clear()
    person.installation_id = person.installation_id_v3 = person.installation_id_v4 = "-"
    opening.main_script_path = "-"
    return message.SerializeToString()
