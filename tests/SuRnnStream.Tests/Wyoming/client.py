"""A Wyoming client from the protocol's text alone (https://github.com/rhasspy/wyoming, README), by Python's standard library: nothing of this project is in it.

    client.py words PORT WAV [NAME ...]     detections of one recording, one JSON object a line
    client.py crowd PORT WAV                20 clients at once, beside them a stalled, a malformed, a never-closing and a 48 kHz one
    client.py live PORT WAV CLIENTS SECONDS clients at the pace of the sound, the recording over and over ("silence" for WAV: zeros)
"""
import array
import json
import socket
import sys
import threading
import time
import wave


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=600)
        self.file = self.socket.makefile("rb")

    def send(self, kind, data=None, payload=b"", separate=False):
        header = {"type": kind}
        more = b""
        if data is not None and separate:
            more = json.dumps(data).encode()
            header["data_length"] = len(more)
        elif data is not None:
            header["data"] = data
        if payload:
            header["payload_length"] = len(payload)
        self.socket.sendall(json.dumps(header).encode() + b"\n" + more + payload)

    def receive(self):
        line = self.file.readline()
        if not line:
            return None
        header = json.loads(line)
        data = header.get("data") or {}
        if header.get("data_length"):
            data.update(json.loads(self.file.read(header["data_length"])))
        if header.get("payload_length"):
            self.file.read(header["payload_length"])
        return header["type"], data

    def is_closed(self):
        """The server has hung up: the end of the stream, or a reset where it had not read all that was sent."""
        try:
            return self.receive() is None
        except OSError:
            return True

    def close(self):
        self.file.close()
        self.socket.close()


def read(path):
    with wave.open(path) as file:
        return file.getframerate(), file.getsampwidth(), file.getnchannels(), file.readframes(file.getnframes())


def recognize(port, sound, names=None, separate=False):
    """All that comes until the stream's end is answered: detections, or that there was none."""
    rate, width, channels, frames = sound
    client = Client(port)
    if names:
        client.send("detect", {"names": names}, separate=separate)
    form = {"rate": rate, "width": width, "channels": channels}
    client.send("audio-start", {**form, "timestamp": 0}, separate=separate)
    step = rate // 10 * width * channels
    for at in range(0, len(frames), step):
        client.send("audio-chunk", {**form, "timestamp": at // (width * channels) * 1000 // rate}, frames[at:at + step], separate)
    client.send("audio-stop", {"timestamp": len(frames) // (width * channels) * 1000 // rate})
    client.send("ping", {"text": "end"})
    events = []
    while (event := client.receive()) and event[0] != "pong":
        events.append({"type": event[0], **event[1]})
    client.close()
    return events


def wide(sound, seconds):
    """The first seconds at 48 kHz, two channels of 32 bits, the second one silent, by straight lines between samples."""
    rate, width, channels, frames = sound
    assert (rate, width, channels) == (16000, 2, 1)
    samples = array.array("h", frames[:2 * rate * seconds])
    out = array.array("i")
    for this, after in zip(samples, samples[1:]):
        for third in range(3):
            out.append((this * 3 + (after - this) * third) * 65536 // 3)
            out.append(0)
    return 48000, 4, 2, out.tobytes()


def crowd(port, path):
    sound = read(path)
    answers, closings = {}, {}
    half = Client(port)                       # stalls within a frame, and never closes
    half.socket.sendall(b'{"type": "audio-chunk", "payload_length": 3200, "data": {"rate": 16000, "width": 2, "channels": 1}}\n' + bytes(100))
    still = Client(port)                      # says nothing, and never closes
    deaf = Client(port)                       # asks and never reads
    deaf.socket.settimeout(0.2)
    try:
        for _ in range(20000):
            deaf.send("ping", {"text": "x" * 10000})
    except OSError:
        pass                                  # nothing more is taken of it, or it is cut off
    bad = Client(port)
    bad.socket.sendall(b"GET / HTTP/1.1\r\n\r\n")
    answers["malformed"] = bad.receive()
    closings["malformed"] = bad.is_closed()
    long = Client(port)
    long.send("audio-chunk", {"rate": 16000, "width": 2, "channels": 1})
    long.socket.sendall(b'{"type": "audio-chunk", "payload_length": 999999999}\n')
    answers["long"] = long.receive()
    closings["long"] = long.is_closed()

    asker = Client(port)
    asker.send("describe")
    answers["info"] = asker.receive()
    asker.close()

    def one(i):
        answers[i] = recognize(port, sound, separate=i % 2 == 0)
    threads = [threading.Thread(target=one, args=(i,)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers["48k"] = recognize(port, wide(sound, 10))
    answers["one word"] = recognize(port, sound, ["stop"])
    answers["no word"] = recognize(port, (16000, 2, 1, bytes(64000)))
    print("only those are left that never close", flush=True)

    answers["still"] = still.receive()
    answers["half"] = half.receive()
    print("both have been told why", flush=True)
    closings["still"] = still.is_closed()
    closings["half"] = half.is_closed()
    deaf.socket.settimeout(600)
    try:
        while deaf.receive():
            pass
    except (OSError, ValueError):             # reset, or cut off within a line
        pass
    closings["deaf"] = deaf.is_closed()
    print(json.dumps({"answers": {str(key): value for key, value in answers.items()}, "closings": closings}), flush=True)


def live(port, path, clients, seconds):
    sound = (16000, 2, 1, bytes(32000)) if path == "silence" else read(path)
    rate, width, channels, frames = sound
    form = {"rate": rate, "width": width, "channels": channels}
    step = rate * width * channels * 80 // 1000
    all_clients = [Client(port) for _ in range(clients)]
    for client in all_clients:
        client.send("audio-start", form)
    begin, sent = time.monotonic(), 0
    while sent * 0.08 < seconds:
        at = sent * step % (len(frames) - step)
        for client in all_clients:
            client.send("audio-chunk", form, frames[at:at + step])
        sent += 1
        time.sleep(max(0, begin + sent * 0.08 - time.monotonic()))
    for client in all_clients:
        client.close()


if __name__ == "__main__":
    what, port = sys.argv[1], int(sys.argv[2])
    if what == "words":
        for event in recognize(port, read(sys.argv[3]), sys.argv[4:]):
            print(json.dumps(event))
    elif what == "crowd":
        crowd(port, sys.argv[3])
    else:
        live(port, sys.argv[3], int(sys.argv[4]), float(sys.argv[5]))
