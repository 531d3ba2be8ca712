"""Files of one city beside the description of another: what contradicts `site.toml` is refused, not read in silence."""

from collections.abc import Iterable
from pathlib import Path

from portal.publication.site import Site
from portal.publication.vocabulary import Vocabulary


def contradictions(corpus: Path, site: Site, vocabulary: Vocabulary, clauses: Iterable[str]) -> list[str]:
    """What the words of the corpus say against the site, a sentence each.

    Args:
        corpus: the folder, for messages.
        site: the site's description.
        vocabulary: the words of `vocabulary.toml` and `elsewhere.toml` together.
        clauses: the ids of the plan's clauses.
    """
    names = {site.city, *site.city_aliases}
    own, elsewhere = corpus / "vocabulary.toml", corpus / "elsewhere.toml"
    problems = [
        f"{elsewhere}：names 把“{name}”算作别处，而 site.toml 的城市就是{site.city}。请改成这座城市以外的地名。"
        for name in sorted(names & set(vocabulary.names))
    ]
    if site.city_en.lower() in {n.lower() for n in vocabulary.names_en}:
        problems.append(f"{elsewhere}：names_en 把 {site.city_en} 算作别处，而它是 site.toml 的城市。")
    mentioned = {n.lower() for n in vocabulary.own}
    if mentioned and not any(n.lower() in mentioned for n in (*names, site.city_en)):
        problems.append(
            f"{own}：own 写的是{'、'.join(vocabulary.own[:3])}，没有 site.toml 的城市{site.city}。这份词表像是另一座城市的，请换掉。"
        )
    known = set(clauses)
    problems += [
        f"{own}：clauses 写了方案 {site.plan} 里没有的条款 {clause}。这份词表像是另一份方案的，请改正或删去。"
        for clause in sorted(vocabulary.clauses)
        if clause not in known
    ]
    return problems
