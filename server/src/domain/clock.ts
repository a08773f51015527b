// Declared where the SDK has it from too; the server has it from its domain.
export { type Clock, systemClock, type Timer } from "@baton/proto/shared";
