"""Accounts whose owners prove who they are elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make room for it."""
    op.add_column("accounts", sa.Column("identity", sa.String(768), nullable=True))
    op.create_index("ix_accounts_identity", "accounts", ["identity"], unique=True)
