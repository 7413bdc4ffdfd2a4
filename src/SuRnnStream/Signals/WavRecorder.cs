using System.Buffers.Binary;
using System.Text;

namespace SuRnnStream;

/// <summary>
/// A WAV file of 16-bit PCM that grows while a stream is read. Where samples were lost there is none in the file, but a cue point, with a
/// label that says how many: audio editors show it. A file that was never closed can be read to its end.
/// </summary>
public sealed class WavRecorder : IDisposable
{
    const long MostBytes = uint.MaxValue - 0x0010_0000; // with room for the cue points

    readonly FileStream _file;
    readonly int _sampleRate;
    readonly byte[] _bytes = new byte[4096];
    readonly List<(uint At, string Label)> _gaps = [];
    long _samples;

    /// <summary>Makes the file.</summary>
    /// <param name="path">The file, which must not be there.</param>
    /// <param name="sampleRate">Samples per second, above zero.</param>
    /// <exception cref="IOException">The file is there, or cannot be written.</exception>
    public WavRecorder(string path, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        (_file, _sampleRate) = (new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0), sampleRate); // what cannot be written is known at once
        WavWriter.WriteHeader(_file, sampleRate, long.MaxValue / 2, 0); // of unknown length
    }

    /// <summary>Appends samples of one channel, rounded and clamped as <see cref="WavWriter"/> does.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(ReadOnlySpan<float> samples)
    {
        WavWriter.WriteSamples(_file, samples, _bytes);
        _samples += samples.Length;
    }

    /// <summary>Notes that samples were lost before the next ones. Nothing is noted for 0 samples or fewer, after 4 GB of sound, or after 10,000 gaps.</summary>
    public void Lose(long samples)
    {
        if (samples <= 0 || 2 * _samples > MostBytes || _gaps.Count == 10_000) return;
        _gaps.Add(((uint)_samples, FormattableString.Invariant($"{(double)samples / _sampleRate:0.000} s lost")));
    }

    /// <summary>Writes what the file lacks: its length and the cue points, if there is room for them.</summary>
    public void Dispose()
    {
        using (_file)
        {
            var end = WavWriter.HeaderBytes + 2 * _samples;
            var cues = 2 * _samples <= MostBytes && _gaps.Count > 0 ? Cues() : [];
            _file.SetLength(end); // without a block that was written in part
            _file.Position = end;
            try
            {
                _file.Write(cues);
            }
            catch (IOException) // the disk is full: the sound is what counts
            {
                cues = [];
                _file.SetLength(end);
            }
            _file.Position = 0;
            WavWriter.WriteHeader(_file, _sampleRate, 2 * _samples, cues.Length);
        }
    }

    /// <summary>The chunk "cue " with the places, and a list of their labels.</summary>
    byte[] Cues()
    {
        var chunk = new MemoryStream();
        var writer = new BinaryWriter(chunk, Encoding.ASCII);
        writer.Write("cue "u8);
        writer.Write(4 + 24 * _gaps.Count);
        writer.Write(_gaps.Count);
        for (var i = 0; i < _gaps.Count; i++)
        {
            writer.Write(i + 1);            // its number
            writer.Write(_gaps[i].At);      // in order of play
            writer.Write("data"u8);
            writer.Write(0L);               // chunk and block, of compressed files
            writer.Write(_gaps[i].At);
        }
        writer.Write("LIST"u8);
        var size = chunk.Position;
        writer.Write(0);
        writer.Write("adtl"u8);
        for (var i = 0; i < _gaps.Count; i++)
        {
            var label = _gaps[i].Label;
            writer.Write("labl"u8);
            writer.Write(4 + label.Length + 1);
            writer.Write(i + 1);
            writer.Write(Encoding.ASCII.GetBytes(label));
            writer.Write(new byte[2 - label.Length % 2]); // its end, and a whole number of words
        }
        writer.Flush();
        var bytes = chunk.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan((int)size), bytes.Length - (int)size - 4);
        return bytes;
    }
}
