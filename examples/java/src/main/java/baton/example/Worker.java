package baton.example;

import static baton.example.Wire.logged;
import static baton.example.Wire.nameOf;
import static baton.example.Wire.nanos;
import static baton.example.Wire.release;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import baton.example.Handler.TaskException;
import baton.v1.WorkerServiceGrpc;
import baton.v1.WorkerServiceOuterClass.*;
import io.grpc.ManagedChannel;
import java.util.*;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;

/** A session: leases tasks over one stream, runs them, and settles them. One thread has its state. */
final class Worker {
  private static final long FIRST_BACKOFF_MS = 200;
  private static final long LAST_BACKOFF_MS = 5_000;
  private static final long DRAIN_TIMEOUT_MS = 10_000;
  private static final long RETRY_DELAY_MS = 200;
  private static final long TICK_MS = 20;

  private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final ManagedChannel channel;
  private final String queue;
  private final Map<String, Handler> handlers;
  private final int concurrency;
  private final Tracing tracing;
  private final Set<Stream> streams = new HashSet<>();
  private final Map<LeaseRef, Attempt> attempts = new HashMap<>();
  private final Map<LeaseRef, Settlement> outbox = new HashMap<>(); // Kept until answered.
  private Stream current; // The one that frames are sent on, once welcomed.
  private Welcome terms = Welcome.getDefaultInstance();
  private long ttlNanos = 15_000_000_000L;
  private long intervalNanos = 5_000_000_000L;
  private long renewedNanos = System.nanoTime();
  private long beatNanos;
  private long reconnectNanos = System.nanoTime();
  private long backoffMs = FIRST_BACKOFF_MS;
  private int sequence;
  private int opened; // How many streams there were.
  private boolean isDraining;

  Worker(ManagedChannel channel, String queue, Map<String, Handler> handlers, int concurrency, Tracing tracing) {
    this.channel = channel;
    this.queue = queue;
    this.handlers = handlers;
    this.concurrency = concurrency;
    this.tracing = tracing;
  }

  /** Works until {@link #drain} is done, reconnecting for as long as it takes. */
  void run() throws InterruptedException {
    loop.scheduleWithFixedDelay(logged(this::keepTime), 0, TICK_MS, MILLISECONDS);
    finished.await();
    loop.shutdownNow();
    threads.shutdownNow();
  }

  /** Announces that the worker goes; may be called from any thread. */
  void drain() {
    execute(() -> {
      isDraining = true;
      send(WorkerFrame.newBuilder().setDrain(WorkerDrain.newBuilder().setReason("SIGTERM")));
      loop.schedule(this::stopAll, DRAIN_TIMEOUT_MS, MILLISECONDS);
    });
  }

  void execute(Runnable action) {
    if (!loop.isShutdown()) {
      loop.execute(logged(action));
    }
  }

  private void open() {
    channel.resetConnectBackoff(); // The worker waits by its own rule.
    var stream = new Stream(this);
    streams.add(stream);
    WorkerServiceGrpc.newStub(channel).lease(stream);
  }

  void sayHello(Stream stream) {
    var hello = Hello.newBuilder()
        .setProtocolVersion(1)
        .setWorkerId("java-" + ProcessHandle.current().pid())
        .setSdk("baton-example-java")
        .addSubscriptions(WorkerSubscription.newBuilder().setQueue(queue).addAllTypes(handlers.keySet()))
        .setStreamNumber(++opened)
        .setResumeSession(terms.getSessionKey());
    if (!terms.getSessionKey().isEmpty()) {
      hello.addAllHeld(attempts.keySet()).addAllHeld(outbox.keySet());
    }
    stream.send(WorkerFrame.newBuilder().setHello(hello));
  }

  void closed(Stream stream, String why) {
    System.err.println("the stream is over: " + why);
    streams.remove(stream);
    current = current == stream ? null : current;
    reconnectNanos = System.nanoTime() + ThreadLocalRandom.current().nextLong(backoffMs * 1_000_000);
    backoffMs = Math.min(2 * backoffMs, LAST_BACKOFF_MS);
  }

  void receive(ServerFrame frame, Stream stream) {
    stream.heardNanos = System.nanoTime();
    switch (frame.getFrameCase()) {
      case WELCOME -> welcome(frame.getWelcome(), stream);
      case GRANT -> frame.getGrant().getTasksList().forEach(this::start);
      case HEARTBEAT_ACK -> {
        var ack = frame.getHeartbeatAck();
        var sentNanos = stream.beats.remove(ack.getSequence());
        renewedNanos = sentNanos == null ? renewedNanos : sentNanos;
        stop(ack.getLostList(), false);
        stop(ack.getCancelledList(), false);
      }
      case SETTLE_ACK -> frame.getSettleAck().getResultsList().forEach(this::answered);
      case CANCEL -> stop(List.of(frame.getCancel().getLease()), false);
      case DRAIN -> open();
      case DISMISS -> drain();
      default -> { } // DrainAck, Throttle, and what this version does not know.
    }
  }

  private void welcome(Welcome welcome, Stream stream) {
    if (current != null) {
      current.halfClose();
    }
    current = stream;
    terms = welcome;
    ttlNanos = nanos(welcome.getLeaseTtl());
    intervalNanos = nanos(welcome.getHeartbeatInterval());
    renewedNanos = stream.openedNanos;
    beatNanos = System.nanoTime(); // At once: the ttl counts from the Hello.
    backoffMs = FIRST_BACKOFF_MS;
    stop(welcome.getLostList(), false);
    outbox.values().forEach(this::send);
    giveCredit(concurrency - attempts.size());
    if (isDraining) {
      drain();
    }
  }

  private void send(WorkerFrame.Builder frame) {
    if (current != null) {
      current.send(frame);
    }
  }

  private void send(Settlement settlement) {
    send(WorkerFrame.newBuilder().setSettle(Settle.newBuilder().addSettlements(settlement)));
  }

  private void giveCredit(int tasks) {
    if (tasks > 0 && !isDraining) {
      send(WorkerFrame.newBuilder().setCredit(Credit.newBuilder().setTasks(tasks)));
    }
  }

  private void start(GrantedTask task) {
    if (isDraining) {
      settle(task.getLease(), release("draining"));
      return;
    }
    System.out.println("started " + nameOf(task.getLease()));
    var attempt = new Attempt(task, handlers.get(task.getType()), terms.getMaxPayloadBytes(), tracing,
        (ended, outcome) -> execute(() -> ended(ended, outcome)));
    attempts.put(task.getLease(), attempt);
    threads.execute(attempt);
  }

  private void ended(Attempt attempt, Settlement.Builder outcome) {
    String how = attempt.isStopped() ? "stopped" : outcome.hasFail() ? "failed" : "returned";
    System.out.println("ended " + nameOf(attempt.lease) + " " + how);
    attempts.remove(attempt.lease);
    if (!attempt.isStopped()) {
      settle(attempt.lease, outcome);
    } else if (attempt.givesBack) {
      settle(attempt.lease, release("stopped"));
    }
    giveCredit(1);
  }

  private void settle(LeaseRef lease, Settlement.Builder outcome) {
    var settlement = outcome.setLease(lease).build();
    outbox.put(lease, settlement);
    send(settlement);
  }

  private void answered(SettlementResult result) {
    var settlement = outbox.get(result.getLease());
    if (settlement != null && result.getStatus() == SettlementStatus.SETTLEMENT_STATUS_RETRY) {
      loop.schedule(() -> send(settlement), RETRY_DELAY_MS, MILLISECONDS);
      return;
    }
    outbox.remove(result.getLease());
    if (settlement != null && result.getStatus() == SettlementStatus.SETTLEMENT_STATUS_REJECTED) {
      var failure = Attempt.failure(new TaskException("Rejected", result.getReason(), true));
      settle(result.getLease(), Settlement.newBuilder().setFail(failure));
    }
  }

  private void stop(Collection<LeaseRef> leases, boolean givesBack) {
    for (LeaseRef lease : leases) {
      var attempt = attempts.get(lease);
      if (attempt != null && !attempt.isStopped()) {
        attempt.givesBack = givesBack;
        attempt.stop();
      }
    }
  }

  private void stopAll() {
    stop(attempts.keySet(), true);
  }

  /** Sends heartbeats, ends silent streams, reconnects, and stops the handlers before the ttl runs out. */
  private void keepTime() {
    long now = System.nanoTime();
    if (current != null && now >= beatNanos) {
      beatNanos = now + intervalNanos;
      current.beats.put(++sequence, now);
      var heartbeat = Heartbeat.newBuilder().setSequence(sequence);
      attempts.keySet().forEach(lease -> heartbeat.addLeases(HeldLease.newBuilder().setLease(lease)));
      send(WorkerFrame.newBuilder().setHeartbeat(heartbeat));
    }
    streams.stream().filter(stream -> now - stream.heardNanos > intervalNanos * 5 / 2).toList().forEach(Stream::cancel);
    if (now - renewedNanos > ttlNanos / 10 * 9) {
      stopAll();
    }
    boolean isDone = isDraining && attempts.isEmpty() && outbox.isEmpty();
    if (isDone) {
      streams.forEach(Stream::halfClose);
    }
    if (isDone && streams.isEmpty()) {
      finished.countDown();
    } else if (streams.isEmpty() && now >= reconnectNanos) {
      open();
    }
  }
}
