namespace SuRnnStream.Server.Tests.Support;

/// <summary>WAV files of the kinds that the page reads itself.</summary>
static class Wavs
{
    /// <param name="pcm">The mean of the channels; they differ from each other.</param>
    /// <param name="channels">1 or more.</param>
    /// <param name="bits">8, 16, 24 or 32 for integers, 33 for floats of 32 bits.</param>
    public static byte[] Write(short[] pcm, int channels, int bits)
    {
        var (isFloat, bytes) = (bits == 33, bits / 8);
        var data = new MemoryStream();
        using (var writer = new BinaryWriter(data))
            foreach (var sample in pcm)
                for (var channel = 0; channel < channels; channel++)
                    Write(writer, channels == 1 ? sample : (short)(sample / 2 * (channel == 0 ? 2 : 0)), isFloat ? 0 : bytes);

        var file = new MemoryStream();
        using (var writer = new BinaryWriter(file))
        {
            writer.Write("RIFF"u8);
            writer.Write(36 + (int)data.ToArray().Length);
            writer.Write("WAVEfmt "u8);
            writer.Write(16);
            writer.Write((short)(isFloat ? 3 : 1));
            writer.Write((short)channels);
            writer.Write(Sample.Rate);
            writer.Write(Sample.Rate * channels * bytes);
            writer.Write((short)(channels * bytes));
            writer.Write((short)(8 * bytes));
            writer.Write("data"u8);
            writer.Write(data.ToArray().Length);
            writer.Write(data.ToArray());
        }
        return file.ToArray();
    }

    static void Write(BinaryWriter writer, short sample, int bytes)
    {
        switch (bytes)
        {
            case 0: writer.Write(sample / 32768f); break;
            case 1: writer.Write((byte)((sample >> 8) + 128)); break;
            case 2: writer.Write(sample); break;
            case 3: writer.Write((byte)0); writer.Write(sample); break;
            default: writer.Write(sample << 16); break;
        }
    }
}
