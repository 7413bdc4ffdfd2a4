"""Words in a WAV file of 16 bits and one channel, by libsurnn and Python's own ctypes:

    dotnet publish src/SuRnnStream.Native -c Release -r linux-x64 -p:PublishAot=true -o lib
    python3 samples/python/detect.py lib/libsurnn.so models/commands.surnn samples/audio/commands.wav
"""
import ctypes
import sys
import wave


class Error(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int32), ("message", ctypes.c_char * 508)]


class Params(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("sample_rate", ctypes.c_int32), ("threshold", ctypes.c_float),
                ("refractory", ctypes.c_float), ("queue", ctypes.c_int32), ("dense", ctypes.c_int32)]


class Detection(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("label", ctypes.c_int32), ("score", ctypes.c_float), ("reserved", ctypes.c_uint32),
                ("start", ctypes.c_double), ("end", ctypes.c_double), ("time", ctypes.c_double)]


class Surnn:
    """One model and one stream of it."""

    def __init__(self, library, model, rate):
        self.lib = ctypes.CDLL(library)
        self.lib.surnn_model_label.restype = ctypes.c_char_p
        self.model, self.stream = ctypes.c_void_p(), ctypes.c_void_p()
        self.call("surnn_model_load", model.encode(), ctypes.byref(self.model))
        params = Params()
        self.lib.surnn_stream_default_params(ctypes.byref(params), ctypes.c_size_t(ctypes.sizeof(params)))
        params.sample_rate = rate
        self.call("surnn_stream_new", self.model, ctypes.byref(params), ctypes.byref(self.stream))

    def call(self, name, *arguments):
        error = Error()
        if getattr(self.lib, name)(*arguments, ctypes.byref(error)) != 0:
            raise RuntimeError(error.message.decode())

    def push(self, pcm):
        """Bytes of 16-bit samples; gives the detections."""
        self.call("surnn_push_i16", self.stream, pcm, ctypes.c_size_t(len(pcm) // 2))
        return self.poll()

    def finish(self):
        self.call("surnn_stream_finish", self.stream)
        return self.poll()

    def poll(self):
        found = Detection(size=ctypes.sizeof(Detection))
        while self.lib.surnn_poll(self.stream, ctypes.byref(found)) > 0:
            yield found.time, self.lib.surnn_model_label(self.model, found.label).decode(), found.score

    def close(self):
        self.lib.surnn_stream_free(self.stream)
        self.lib.surnn_model_free(self.model)


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: detect.py LIBRARY MODEL WAV")
    try:
        opened = wave.open(sys.argv[3])
    except (OSError, EOFError, wave.Error) as wrong:
        sys.exit(f"{sys.argv[3]}: {str(wrong) or 'the file ends within its header'}")
    with opened as recording:
        if (recording.getnchannels(), recording.getsampwidth()) != (1, 2):
            sys.exit(f"{sys.argv[3]}: only WAV of 16 bits and one channel")
        try:
            surnn = Surnn(sys.argv[1], sys.argv[2], recording.getframerate())
        except RuntimeError as wrong:
            sys.exit(str(wrong))
        while pcm := recording.readframes(1024):
            for time, word, score in surnn.push(pcm):
                print(f"{time:.3f} {word} {score:.2f}")
        for time, word, score in surnn.finish():
            print(f"{time:.3f} {word} {score:.2f}")
        surnn.close()


if __name__ == "__main__":
    main()
