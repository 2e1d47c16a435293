"""repeated inputs"""

import sqlalchemy as sa

from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

SEVERAL = "Some studies have inputs of several files, which the version before cannot hold. Delete these studies first."


def upgrade() -> None:
    # Whoever has a file has the only one of its input: position 0. Those of inputs that take several count from 1.
    with op.batch_alter_table('studyinput', schema=None) as batch_op:
        batch_op.add_column(sa.Column('position', sa.Integer(), nullable=False, server_default=sa.text("'0'")))
        batch_op.drop_constraint('pk_studyinput', type_='primary')
        batch_op.create_primary_key('pk_studyinput', ['study_id', 'slot', 'position'])


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM studyinput WHERE position > 0")).scalar_one():
        raise RuntimeError(SEVERAL)

    with op.batch_alter_table('studyinput', schema=None) as batch_op:
        batch_op.drop_constraint('pk_studyinput', type_='primary')
        batch_op.drop_column('position')
        batch_op.create_primary_key('pk_studyinput', ['study_id', 'slot'])
