package baton.example;

import baton.example.Handler.TaskException;
import baton.v1.TaskOuterClass.Failure;
import baton.v1.TaskOuterClass.TaskResult;
import baton.v1.WorkerServiceOuterClass.Complete;
import baton.v1.WorkerServiceOuterClass.Fail;
import baton.v1.WorkerServiceOuterClass.GrantedTask;
import baton.v1.WorkerServiceOuterClass.LeaseRef;
import baton.v1.WorkerServiceOuterClass.Settlement;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import java.util.function.BiConsumer;

/** Runs a handler once, in a span under the submitter's. */
final class Attempt implements Runnable {
  final LeaseRef lease;

  /** Whether the task is released once its handler has stopped. */
  boolean givesBack;

  private final GrantedTask task;
  private final Handler handler;
  private final int maxBytes;
  private final Tracing tracing;
  private final BiConsumer<Attempt, Settlement.Builder> onEnd;
  private Thread thread;
  private boolean isStopped;

  Attempt(
      GrantedTask task,
      Handler handler,
      int maxBytes,
      Tracing tracing,
      BiConsumer<Attempt, Settlement.Builder> onEnd) {
    this.lease = task.getLease();
    this.task = task;
    this.handler = handler;
    this.maxBytes = maxBytes;
    this.tracing = tracing;
    this.onEnd = onEnd;
  }

  synchronized void stop() {
    isStopped = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  synchronized boolean isStopped() {
    return isStopped;
  }

  @Override
  public void run() {
    setThread(Thread.currentThread());
    Settlement.Builder outcome = Settlement.newBuilder();
    Span span = tracing.startProcess(task);
    try (Scope scope = span.makeCurrent()) {
      if (!isStopped()) {
        outcome.setComplete(Complete.newBuilder().setResult(result()));
      }
    } catch (Exception error) {
      span.setStatus(StatusCode.ERROR);
      span.recordException(error);
      outcome.setFail(failure(error));
    } finally {
      span.end();
      setThread(null);
      onEnd.accept(this, outcome);
    }
  }

  static Fail failure(Exception error) {
    var known = error instanceof TaskException exception ? exception : null;
    String type = known == null ? error.getClass().getSimpleName() : known.type;
    var failure = Failure.newBuilder().setType(type).setMessage(String.valueOf(error.getMessage()));
    boolean nonRetryable = known != null && known.nonRetryable;
    return Fail.newBuilder().setFailure(failure).setNonRetryable(nonRetryable).build();
  }

  private TaskResult result() throws Exception {
    var value = handler.run(task);
    if (value.size() > maxBytes) {
      String message = "the result has " + value.size() + " bytes";
      throw new TaskException("ResultTooLarge", message, true);
    }
    return TaskResult.newBuilder().setValue(value).setContentType(task.getContentType()).build();
  }

  private synchronized void setThread(Thread thread) {
    this.thread = thread;
    Thread.interrupted();
  }
}
