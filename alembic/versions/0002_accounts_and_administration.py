"""accounts and administration"""

import sqlalchemy as sa

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

# The audit log only grows; what is older than 400 days may be forgotten.
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER auditevent_no_update BEFORE UPDATE ON auditevent BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END",
        "CREATE TRIGGER auditevent_no_delete BEFORE DELETE ON auditevent "
        "WHEN old.at > (julianday('now') - 2440587.5) * 86400.0 - 400 * 86400.0 "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is kept for 400 days'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION auditevent_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' AND old.at <= extract(epoch from clock_timestamp()) - 400 * 86400.0 THEN RETURN old; END IF; "
        "RAISE EXCEPTION 'the audit log is never changed, and kept for 400 days'; END $$",
        "CREATE TRIGGER auditevent_keep BEFORE UPDATE OR DELETE ON auditevent FOR EACH ROW EXECUTE FUNCTION auditevent_keep()",
    ),
}


def upgrade() -> None:
    op.create_table('academicdomain',
    sa.Column('domain', sa.String(length=253), nullable=False),
    sa.Column('allowed', sa.Boolean(), nullable=False),
    sa.Column('institution', sa.String(length=200), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.Float(53), nullable=False),
    sa.PrimaryKeyConstraint('domain', name=op.f('pk_academicdomain'))
    )
    op.create_table('announcement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('tone', sa.String(length=16), nullable=False),
    sa.Column('starts_at', sa.Float(53), nullable=False),
    sa.Column('ends_at', sa.Float(53), nullable=True),
    sa.Column('created_at', sa.Float(53), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement'))
    )
    op.create_table('auditevent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.Float(53), nullable=False),
    sa.Column('actor_id', sa.String(length=32), nullable=True),
    sa.Column('subject_id', sa.String(length=32), nullable=True),
    sa.Column('session', sa.String(length=16), nullable=False),
    sa.Column('network', sa.String(length=64), nullable=False),
    sa.Column('tag', sa.String(length=64), nullable=False),
    sa.Column('thing', sa.String(length=160), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_auditevent'))
    )
    with op.batch_alter_table('auditevent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_auditevent_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_auditevent_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_auditevent_subject_id'), ['subject_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_auditevent_tag'), ['tag'], unique=False)

    op.create_table('fault',
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('traceback', sa.Text(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.Float(53), nullable=False),
    sa.Column('last_at', sa.Float(53), nullable=False),
    sa.Column('mailed_at', sa.Float(53), nullable=True),
    sa.Column('mailed_count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_fault'))
    )
    with op.batch_alter_table('fault', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fault_last_at'), ['last_at'], unique=False)

    op.create_table('rolelimits',
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('max_studies', sa.Integer(), nullable=True),
    sa.Column('max_studies_total', sa.Integer(), nullable=True),
    sa.Column('max_analyses', sa.Integer(), nullable=True),
    sa.Column('max_analyses_total', sa.Integer(), nullable=True),
    sa.Column('max_mib', sa.Integer(), nullable=True),
    sa.Column('max_running', sa.Integer(), nullable=True),
    sa.Column('max_queued', sa.Integer(), nullable=True),
    sa.Column('tools', sa.JSON(), nullable=True),
    sa.PrimaryKeyConstraint('role', name=op.f('pk_rolelimits'))
    )
    op.create_table('knowndevice',
    sa.Column('owner_id', sa.String(length=32), nullable=False),
    sa.Column('device_sha256', sa.String(length=64), nullable=False),
    sa.Column('first_at', sa.Float(53), nullable=False),
    sa.Column('last_at', sa.Float(53), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_knowndevice_owner_id_owner'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('owner_id', 'device_sha256', name=op.f('pk_knowndevice'))
    )
    op.create_table('linkedidentity',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('owner_id', sa.String(length=32), nullable=False),
    sa.Column('provider', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('label', sa.String(length=255), nullable=False),
    sa.Column('created_at', sa.Float(53), nullable=False),
    sa.Column('last_used_at', sa.Float(53), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_linkedidentity_owner_id_owner'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_linkedidentity')),
    sa.UniqueConstraint('provider', 'subject', name=op.f('uq_linkedidentity_provider_subject'))
    )
    with op.batch_alter_table('linkedidentity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_linkedidentity_owner_id'), ['owner_id'], unique=False)

    op.create_table('onetimelink',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('purpose', sa.String(length=24), nullable=False),
    sa.Column('owner_id', sa.String(length=32), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('new_value', sa.String(length=255), nullable=False),
    sa.Column('created_at', sa.Float(53), nullable=False),
    sa.Column('expires_at', sa.Float(53), nullable=False),
    sa.Column('used_at', sa.Float(53), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_onetimelink_owner_id_owner'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_onetimelink')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_onetimelink_token_sha256'))
    )
    with op.batch_alter_table('onetimelink', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_onetimelink_owner_id'), ['owner_id'], unique=False)

    op.create_table('passkey',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('owner_id', sa.String(length=32), nullable=False),
    sa.Column('credential_id', sa.String(length=1400), nullable=False),
    sa.Column('public_key', sa.String(length=2800), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('transports', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.Float(53), nullable=False),
    sa.Column('last_used_at', sa.Float(53), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_passkey_owner_id_owner'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkey_owner_id'), ['owner_id'], unique=False)

    op.create_table('recoverycode',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.String(length=32), nullable=False),
    sa.Column('code_sha256', sa.String(length=64), nullable=False),
    sa.Column('used_at', sa.Float(53), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_recoverycode_owner_id_owner'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recoverycode'))
    )
    with op.batch_alter_table('recoverycode', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recoverycode_owner_id'), ['owner_id'], unique=False)

    op.create_table('sessiondetail',
    sa.Column('session_sha256', sa.String(length=64), nullable=False),
    sa.Column('local_user_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.Float(53), nullable=False),
    sa.Column('seen_at', sa.Float(53), nullable=False),
    sa.Column('remembered', sa.Boolean(), nullable=False),
    sa.Column('method', sa.String(length=32), nullable=False),
    sa.Column('network', sa.String(length=64), nullable=False),
    sa.Column('browser', sa.String(length=120), nullable=False),
    sa.Column('viewing_owner_id', sa.String(length=32), nullable=True),
    sa.Column('viewing_until', sa.Float(53), nullable=True),
    sa.ForeignKeyConstraint(['local_user_id'], ['localuser.id'], name=op.f('fk_sessiondetail_local_user_id_localuser'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['viewing_owner_id'], ['owner.id'], name=op.f('fk_sessiondetail_viewing_owner_id_owner'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('session_sha256', name=op.f('pk_sessiondetail'))
    )
    with op.batch_alter_table('sessiondetail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sessiondetail_local_user_id'), ['local_user_id'], unique=False)

    op.create_table('totpsecret',
    sa.Column('owner_id', sa.String(length=32), nullable=False),
    sa.Column('secret', sa.String(length=255), nullable=False),
    sa.Column('confirmed_at', sa.Float(53), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.Float(53), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_totpsecret_owner_id_owner'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('owner_id', name=op.f('pk_totpsecret'))
    )
    op.create_table('share',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('analysis_id', sa.String(length=32), nullable=False),
    sa.Column('owner_id', sa.String(length=32), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.Float(53), nullable=False),
    sa.Column('expires_at', sa.Float(53), nullable=False),
    sa.Column('revoked_at', sa.Float(53), nullable=True),
    sa.Column('opened', sa.Integer(), nullable=False),
    sa.Column('last_opened_at', sa.Float(53), nullable=True),
    sa.ForeignKeyConstraint(['analysis_id'], ['analysis.id'], name=op.f('fk_share_analysis_id_analysis'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['owner.id'], name=op.f('fk_share_owner_id_owner'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_share')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_share_token_sha256'))
    )
    with op.batch_alter_table('share', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_share_analysis_id'), ['analysis_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_share_owner_id'), ['owner_id'], unique=False)

    op.create_table('departed',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=8), nullable=False),
    sa.Column('owner_id', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.Float(53), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('institution', sa.String(length=200), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('tool', sa.String(length=64), nullable=False),
    sa.Column('failed', sa.Boolean(), nullable=False),
    sa.Column('seconds', sa.Float(), nullable=False),
    sa.Column('bytes', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_departed'))
    )
    with op.batch_alter_table('departed', schema=None) as batch_op:
        batch_op.create_index('ix_departed_what_created', ['what', 'created_at'], unique=False)

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.add_column(sa.Column('terms_version', sa.String(length=64), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('institution', sa.String(length=200), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('country', sa.String(length=2), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('signed_in_at', sa.Float(53), nullable=True))

    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=16), nullable=False, server_default=sa.text("'account'")))
        batch_op.add_column(sa.Column('link_page', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('link_id', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('last_error', sa.String(length=300), nullable=False, server_default=sa.text("''")))

    with op.batch_alter_table('owner', schema=None) as batch_op:
        batch_op.add_column(sa.Column('unwanted_mails', sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('studies_made', sa.Integer(), nullable=False, server_default=sa.text("'0'")))
        batch_op.add_column(sa.Column('analyses_made', sa.Integer(), nullable=False, server_default=sa.text("'0'")))

    with op.batch_alter_table('analysis', schema=None) as batch_op:
        batch_op.add_column(sa.Column('warned_at', sa.Float(53), nullable=True))

    op.create_index('ix_analysis_status_finished', 'analysis', ['status', 'finished_at'], unique=False)
    op.create_index('ix_analysis_usage', 'analysis', ['created_at', 'owner_id', 'tool', 'status', 'started_at', 'finished_at', 'result_bytes'], unique=False)

    # Nobody was asked to confirm an address before: whoever has an account keeps it.
    op.execute("UPDATE account SET confirmed_at = created_at WHERE confirmed_at IS NULL")
    op.execute("UPDATE owner SET studies_made = (SELECT count(*) FROM study WHERE study.owner_id = owner.id AND NOT study.is_example)")
    op.execute("UPDATE owner SET analyses_made = (SELECT count(*) FROM analysis WHERE analysis.owner_id = owner.id)")
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER auditevent_keep ON auditevent")
        op.execute("DROP FUNCTION auditevent_keep()")

    op.drop_index('ix_analysis_usage', 'analysis')
    op.drop_index('ix_analysis_status_finished', 'analysis')

    with op.batch_alter_table('analysis', schema=None) as batch_op:
        batch_op.drop_column('warned_at')

    with op.batch_alter_table('owner', schema=None) as batch_op:
        batch_op.drop_column('analyses_made')
        batch_op.drop_column('studies_made')
        batch_op.drop_column('unwanted_mails')

    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.drop_column('last_error')
        batch_op.drop_column('link_id')
        batch_op.drop_column('link_page')
        batch_op.drop_column('kind')

    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_column('signed_in_at')
        batch_op.drop_column('country')
        batch_op.drop_column('institution')
        batch_op.drop_column('terms_version')

    with op.batch_alter_table('share', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_share_owner_id'))
        batch_op.drop_index(batch_op.f('ix_share_analysis_id'))

    op.drop_table('share')
    op.drop_table('totpsecret')
    with op.batch_alter_table('sessiondetail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sessiondetail_local_user_id'))

    op.drop_table('sessiondetail')
    with op.batch_alter_table('recoverycode', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recoverycode_owner_id'))

    op.drop_table('recoverycode')
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_passkey_owner_id'))

    op.drop_table('passkey')
    with op.batch_alter_table('onetimelink', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_onetimelink_owner_id'))

    op.drop_table('onetimelink')
    with op.batch_alter_table('linkedidentity', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_linkedidentity_owner_id'))

    op.drop_table('linkedidentity')
    op.drop_table('knowndevice')
    op.drop_table('rolelimits')
    with op.batch_alter_table('fault', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fault_last_at'))

    op.drop_table('fault')
    with op.batch_alter_table('auditevent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_auditevent_tag'))
        batch_op.drop_index(batch_op.f('ix_auditevent_subject_id'))
        batch_op.drop_index(batch_op.f('ix_auditevent_at'))
        batch_op.drop_index(batch_op.f('ix_auditevent_actor_id'))

    op.drop_table('auditevent')
    with op.batch_alter_table('departed', schema=None) as batch_op:
        batch_op.drop_index('ix_departed_what_created')

    op.drop_table('departed')
    op.drop_table('announcement')
    op.drop_table('academicdomain')
