package io.weir.proxy.upstream;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server over UDP that says what a test wants. */
final class SmallDnsServer implements AutoCloseable {
  static final int NXDOMAIN = 3;
  static final int SERVFAIL = 2;

  private static final int A = 1;
  private static final int AAAA = 28;

  private final DatagramSocket socket =
      new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();

  record Answer(int code, int ttl, List<String> addresses) {}

  SmallDnsServer() throws IOException {
    Thread.ofPlatform().daemon().name("small-dns").start(this::serve);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  void put(String name, int code, int ttl, String... addresses) {
    answers.put(name, new Answer(code, ttl, List.of(addresses)));
  }

  int asked() {
    return asked.get();
  }

  private void serve() {
    byte[] bytes = new byte[512];
    try {
      while (true) {
        var question = new DatagramPacket(bytes, bytes.length);
        socket.receive(question);
        byte[] answer = answer(Arrays.copyOf(bytes, question.getLength()));
        socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private byte[] answer(byte[] question) throws IOException {
    asked.incrementAndGet();
    var name = new StringBuilder();
    int at = 12;
    while (question[at] != 0) {
      name.append(new String(question, at + 1, question[at], StandardCharsets.US_ASCII))
          .append('.');
      at += question[at] + 1;
    }
    int type = question[at + 1] << 8 | question[at + 2];
    int end = at + 5;
    Answer answer = answers.getOrDefault(name.toString(), new Answer(NXDOMAIN, 0, List.of()));
    List<InetAddress> found =
        answer.addresses.stream()
            .map(SmallDnsServer::ip)
            .filter(ip -> type == (ip.getAddress().length == 4 ? A : AAAA))
            .toList();
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write(question, 0, 2);
    out.writeShort(0x8180 | answer.code);
    out.writeShort(1);
    out.writeShort(found.size());
    out.writeInt(0);
    out.write(question, 12, end - 12);
    for (InetAddress ip : found) {
      out.writeShort(0xc00c);
      out.writeShort(type);
      out.writeShort(1);
      out.writeInt(answer.ttl);
      out.writeShort(ip.getAddress().length);
      out.write(ip.getAddress());
    }
    return bytes.toByteArray();
  }

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
