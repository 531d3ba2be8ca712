"""What goes wrong in a build, said so that a person can act on it."""


class BuildError(Exception):
    """A build that cannot go on; `problems` holds one sentence each, all that were found.

    Args:
        problems: sentences naming file, row, column, value and rule where they apply.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))
