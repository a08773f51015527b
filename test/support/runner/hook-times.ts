import mocha from "mocha";

/** How long each hook took in all its runs. */
const inAll = new WeakMap<Mocha.Runnable, number>();

const { run } = mocha.Runnable.prototype;
// In parallel, mocha sends what it knows of a hook when the file is over, as often as the hook ran: with how long its
// last run took. So the duration of a hook is made that of all its runs.
mocha.Runnable.prototype.run = function (callback): void {
  run.call(this, (error) => {
    if (this instanceof mocha.Hook) {
      this.duration = (inAll.get(this) ?? 0) + (this.duration ?? 0);
      inAll.set(this, this.duration);
    }
    callback?.(error);
  });
};
