-- Run once by the owner, after the first start of the index made its tables and before it holds anybody; see
-- docs/capacity.md. The triggers of person, slot and document_change look at their own row alone, on its own machine.
SET citus.enable_unsafe_triggers TO on;
SELECT create_distributed_table('person', 'student_key');
SELECT create_distributed_table('document_change', 'student_key');
SELECT create_distributed_table('trait', 'student_key');
SELECT create_distributed_table('look_up_pupil', 'student_key');
SELECT create_distributed_table('handle', 'fingerprint');
SELECT create_distributed_table('suspicion', 'first');
SELECT create_distributed_table('adjudication', 'adjudication_id');
SELECT create_distributed_table('adjudication_word', 'adjudication_id');
SELECT create_distributed_table('slot', 'transfer_id');
SELECT create_distributed_table('number_block', 'division');
SELECT create_distributed_table('number_offline', 'division');
