import { isTaskState, possibleIn, runLooks, taskLooks, taskStates } from './states.ts';

test('offers to change only what is not finished', () => {
  const changeable = taskStates.filter((state) => possibleIn(state).edit && possibleIn(state).cancel);
  expect(changeable).toEqual(['scheduled', 'running', 'paused']);
});

test('offers either to pause or to resume', () => {
  for (const state of taskStates) expect(possibleIn(state).pause && possibleIn(state).resume).toBe(false);
});

test('offers no run of what is paused or cancelled, which the API refuses', () => {
  expect(taskStates.filter((state) => !possibleIn(state).run)).toEqual(['paused', 'cancelled']);
});

test('tells states apart without colour', () => {
  for (const looks of [taskLooks, runLooks]) {
    const labels = Object.values(looks).map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
  }
});

test('knows a state from another word', () => {
  expect(isTaskState('failed')).toBe(true);
  expect(isTaskState('toString')).toBe(false);
  expect(isTaskState(null)).toBe(false);
});
