"""What enquiries mean, as vectors."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "meanings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("enquiry", sa.Integer, sa.ForeignKey("enquiries.id", ondelete="CASCADE"), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_meanings_enquiry", "meanings", ["enquiry"], unique=True)
