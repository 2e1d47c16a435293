"""lists and mails are found by index"""

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_analysis_owner_newest', 'analysis', ['owner_id', 'created_at', 'id'])
    op.drop_index(op.f('ix_analysis_owner_id'), 'analysis')
    op.create_index(op.f('ix_mail_sent_at'), 'mail', ['sent_at'])


def downgrade() -> None:
    op.drop_index(op.f('ix_mail_sent_at'), 'mail')
    op.create_index(op.f('ix_analysis_owner_id'), 'analysis', ['owner_id'])
    op.drop_index('ix_analysis_owner_newest', 'analysis')
