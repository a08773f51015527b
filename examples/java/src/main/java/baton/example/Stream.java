package baton.example;

import baton.v1.WorkerServiceOuterClass.ServerFrame;
import baton.v1.WorkerServiceOuterClass.WorkerFrame;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.HashMap;
import java.util.Map;

/** One lease stream; all but its callbacks belongs to the worker's thread. */
final class Stream implements ClientResponseObserver<WorkerFrame, ServerFrame> {
  final Map<Integer, Long> beats = new HashMap<>(); // When each unanswered heartbeat was sent.
  long openedNanos = System.nanoTime();
  long heardNanos = openedNanos;

  private final Worker worker;
  private ClientCallStreamObserver<WorkerFrame> out;
  private boolean isOpen;
  private boolean isClosing;

  Stream(Worker worker) {
    this.worker = worker;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<WorkerFrame> out) {
    this.out = out;
    out.setOnReadyHandler(() -> worker.execute(this::opened));
  }

  /** The lease ttl counts from here: a connection may take its time. */
  private void opened() {
    if (!isOpen) {
      isOpen = true;
      openedNanos = System.nanoTime();
      worker.sayHello(this);
    }
  }

  void send(WorkerFrame.Builder frame) {
    if (!isClosing) {
      out.onNext(frame.build());
    }
  }

  void halfClose() {
    if (!isClosing) {
      isClosing = true;
      out.onCompleted();
    }
  }

  void cancel() {
    isClosing = true;
    out.cancel("silent", null);
  }

  @Override
  public void onNext(ServerFrame frame) {
    worker.execute(() -> worker.receive(frame, this));
  }

  @Override
  public void onError(Throwable error) {
    worker.execute(() -> worker.closed(this, error.getMessage()));
  }

  @Override
  public void onCompleted() {
    worker.execute(() -> worker.closed(this, "OK"));
  }
}
