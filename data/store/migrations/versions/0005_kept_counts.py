"""What is kept of a mailing when its letters are deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("mailings") as mailings:
        mailings.add_column(sa.Column("counts", sa.Text()))


def downgrade() -> None:
    with op.batch_alter_table("mailings") as mailings:
        mailings.drop_column("counts")
