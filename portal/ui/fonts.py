"""The Chinese font of what is drawn here, not in a browser: Noto Sans SC and Noto Serif SC (SIL Open Font License 1.1).

It comes in a package, so that pictures and reports look the same on every machine.
"""

from pylopdf_fonts_zh_cn import sans_path

FONTS = sans_path().parent
"""The folder of both font files."""
