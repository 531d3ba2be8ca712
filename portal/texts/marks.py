"""Marks and endings of Chinese writing that pages cut and join texts by."""

import re

BRACKETED = "{}（{}）"
"""A name with something about it in brackets."""
FIRST_SENTENCE = re.compile(r"(?<=。)|(?<=\.)(?=\s)")
"""Where a sentence ends, in either language."""
BELOW_ARTICLE = re.compile(r"第[^章节编篇]+条(?:之[^第]+)?第.+[款项目]$")
"""A label of a part of an article, which is read with the article."""
ARTICLE_OR_PART = re.compile(r"第[^章节编篇条]+[章节编篇条]")
"""A label that is written as regulations count: chapters, articles and what is in them."""
PARAGRAPH = re.compile(r"第[^条款]+款$")
"""The end of a label that names an article's paragraph."""
