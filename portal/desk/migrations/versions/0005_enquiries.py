"""Answers that are kept as they were given, and what was asked at the enquiry desk."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "answers",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("answer", sa.String(64), nullable=False, unique=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("refused", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("letter", sa.JSON, nullable=False),
    )
    op.create_table(
        "enquiries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("clerk", sa.String(64), nullable=False),
        sa.Column("kept", sa.String(16), sa.ForeignKey("answers.id"), nullable=False, index=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False, index=True),
        sa.Column("follow_up", sa.Text, nullable=False),
    )
