
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('platforms', '0004_refused_grants'),
    ]

    operations = [
        migrations.AlterField(
            model_name='finding',
            name='kind',
            field=models.CharField(choices=[('scope_surplus', 'More permissions than the features need'), ('scope_lost', 'Permissions are missing that features need'), ('terms_unreviewed', 'Terms not reviewed in time'), ('over_age', 'Kept longer than the platform allows'), ('never_store', 'Stored although the platform forbids it'), ('reverify', 'Not verified again in time'), ('grant_dead', 'The grant is dead at the platform'), ('secret_missing', 'A secret of the platform is missing'), ('promise_looser', "Our promise is looser than the platform's term"), ('contract_expires', 'A contract or its evidence ends'), ('transfer_unassessed', 'A transfer has no assessment'), ('deletion_late', 'Platform data were not deleted in time'), ('manual_revocation', 'A revocation waits for a person'), ('processor_incomplete', "A processor's record lacks something")], max_length=24),
        ),
    ]
