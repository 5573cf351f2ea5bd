export { type Clock, isAlive, now, replaceClock } from './clock.ts'
export { ms, parseDuration, toSeconds } from './durations.ts'
export { Problem, type ProblemCode, type ProblemOptions, problems, StartError, type StepUp } from './errors.ts'
export { type EventType, eventTypes, type RecordEvent, type SecurityEvent } from './events.ts'
