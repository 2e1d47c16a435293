"""large results"""

import sqlalchemy as sa

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

TOO_LARGE = "Some results take 2 GiB or more, which the version before cannot count. Delete these analyses first."


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # there every whole number has eight bytes
        op.alter_column('analysis', 'result_bytes', existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM analysis WHERE result_bytes >= 2147483648")).scalar_one():
        raise RuntimeError(TOO_LARGE)

    if op.get_bind().dialect.name != "sqlite":
        op.alter_column('analysis', 'result_bytes', existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=False)
