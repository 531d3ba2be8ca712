"""When somebody was last seen measuring an effect."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("effects", sa.Column("seen", sa.DateTime(timezone=True), nullable=True))
