export { type Clock, systemClock, type Timer } from "@baton/proto/shared";
