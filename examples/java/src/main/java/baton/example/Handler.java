package baton.example;

import baton.v1.WorkerServiceOuterClass.GrantedTask;
import com.google.protobuf.ByteString;

/** Runs a task; its thread is interrupted when the work is no longer wanted. */
@FunctionalInterface
interface Handler {
  ByteString run(GrantedTask task) throws Exception;

  /** Fails an attempt with a type of the handler's choice. */
  final class TaskException extends Exception {
    final String type;
    final boolean nonRetryable;

    TaskException(String type, String message, boolean nonRetryable) {
      super(message);
      this.type = type;
      this.nonRetryable = nonRetryable;
    }
  }
}
