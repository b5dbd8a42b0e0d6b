
import config.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('platforms', '0003_content_deletions'),
    ]

    operations = [
        migrations.CreateModel(
            name='RefusedGrant',
            fields=[
                ('status', models.CharField(choices=[('ready', 'Ready'), ('running', 'Running'), ('waiting', 'Waiting'), ('attention', 'Needs attention'), ('done', 'Done'), ('cancelled', 'Cancelled')], default='ready', max_length=12)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_token', models.UUIDField(blank=True, editable=False, null=True)),
                ('lost', models.PositiveSmallIntegerField(default=0, editable=False, help_text='Claims in a row whose worker died')),
                ('last_error', models.TextField(blank=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('platform', models.CharField(help_text='Key of the registry', max_length=60)),
                ('why', models.CharField(choices=[('taken', 'The account is linked to another person'), ('revoking', 'The account is just being disconnected')], max_length=10)),
                ('external_id', config.fields.EncryptedTextField(blank=True, help_text="The person's id at the platform")),
                ('kept', config.fields.EncryptedTextField(blank=True, help_text='The tokens of the grant while its end is open')),
                ('retry_until', models.DateTimeField(help_text='Until when a failed revocation is tried again')),
                ('outcome', models.CharField(blank=True, choices=[('revoked', 'Revoked'), ('already_gone', 'Already gone at the platform'), ('manual_required', 'Must be revoked by hand at the platform'), ('failed_retrying', 'Failed; we try again')], max_length=16)),
                ('status_code', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('answer', models.CharField(blank=True, help_text="The platform's answer without secrets", max_length=300)),
                ('tries', models.PositiveSmallIntegerField(default=0, help_text='Calls that asked the platform to revoke')),
                ('alarm', models.JSONField(blank=True, default=dict, help_text='Stored sentence: why somebody must look')),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('attempt', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='refused_grant', to='platforms.oauthattempt')),
            ],
            options={
                'ordering': ['-made_at'],
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['retry_until'], name='refused_grant_open_until')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_at', None), models.Q(('external_id', ''), ('kept', '')), _connector='OR'), name='refused_grant_ends_empty'), models.CheckConstraint(condition=models.Q(('ended_at', None), models.Q(('outcome', ''), _negated=True), ('status', 'cancelled'), _connector='OR'), name='refused_grant_ends_with_outcome')],
            },
        ),
    ]
