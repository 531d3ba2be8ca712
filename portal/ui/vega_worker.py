"""The process that draws: a chart or a picture a line on standard input, its answer a line on standard output."""

import base64
import json
import os
import sys

from portal.publication.json_object import JsonObject

# Of 19; whoever waits for a page or an answer comes first.
_GIVES_WAY = 5


def main() -> None:
    """Draw until standard input ends."""
    os.nice(_GIVES_WAY)
    import vl_convert

    from portal.ui.fonts import FONTS

    vl_convert.register_font_directory(str(FONTS))

    def drawn(asked: JsonObject) -> JsonObject:
        if "chart" in asked:
            return {"svg": vl_convert.vegalite_to_svg(asked["chart"])}
        return {"png": base64.b64encode(vl_convert.svg_to_png(asked["picture"], scale=asked["scale"])).decode()}

    for line in sys.stdin:
        try:
            answer = drawn(json.loads(line))
        except ValueError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
