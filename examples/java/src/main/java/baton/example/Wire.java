package baton.example;

import baton.v1.WorkerServiceOuterClass.LeaseRef;
import baton.v1.WorkerServiceOuterClass.Release;
import baton.v1.WorkerServiceOuterClass.Settlement;
import com.google.protobuf.Duration;

/** What the worker says often, and how it reads what it is told. */
final class Wire {
  private Wire() {}

  /** An executor says nothing of what its actions throw, and stops repeating them. */
  static Runnable logged(Runnable action) {
    return () -> {
      try {
        action.run();
      } catch (RuntimeException error) {
        error.printStackTrace();
      }
    };
  }

  static Settlement.Builder release(String reason) {
    return Settlement.newBuilder().setRelease(Release.newBuilder().setReason(reason));
  }

  static String nameOf(LeaseRef lease) {
    return lease.getTaskId() + " " + Long.toUnsignedString(lease.getLeaseToken());
  }

  static long nanos(Duration duration) {
    return duration.getSeconds() * 1_000_000_000L + duration.getNanos();
  }
}
