import { faulty, untouched } from './mutants/mutant.ts';
import { noticing } from './mutants/noticing.ts';
import { queueMutants } from './mutants/queue-mutants.ts';
import { tableMutants } from './mutants/table-mutants.ts';
import { timerMutants } from './mutants/timer-mutants.ts';
import { topicMutants } from './mutants/topic-mutants.ts';
import { queueCases } from './queue/queue-cases.ts';
import { tableCases } from './table/table-cases.ts';
import { timerCases } from './timer/timer-cases.ts';
import { topicCases } from './topic/topic-cases.ts';

noticing({ kind: 'table', cases: tableCases, faulty: faulty(tableMutants), untouched });
noticing({ kind: 'queue', cases: queueCases, faulty: faulty(queueMutants), untouched });
noticing({ kind: 'topic', cases: topicCases, faulty: faulty(topicMutants), untouched });
noticing({ kind: 'timer', cases: timerCases, faulty: faulty(timerMutants), untouched });
