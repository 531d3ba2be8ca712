"""What is to be changed in the data, and what a publication that is not finished means to write."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "change_sets",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reason_en", sa.Text, nullable=False),
        sa.Column("contribution", sa.Integer, index=True),
        sa.Column("undoes", sa.Integer),
        sa.Column("editor", sa.String(64), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publisher", sa.String(64), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True)),
        sa.Column("version", sa.String(64), nullable=False),
    )
    op.create_table(
        "row_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "change_set", sa.Integer, sa.ForeignKey("change_sets.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("dataset", sa.String(100), nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sa.Column("written", sa.Text, nullable=False),
        sa.Column("follows", sa.JSON),
    )
    op.create_table(
        "intended_files",
        sa.Column("path", sa.String(200), primary_key=True),
        sa.Column("change_set", sa.Integer, sa.ForeignKey("change_sets.id"), nullable=False),
        sa.Column("before", sa.LargeBinary, nullable=False),
        sa.Column("after", sa.LargeBinary, nullable=False),
    )
