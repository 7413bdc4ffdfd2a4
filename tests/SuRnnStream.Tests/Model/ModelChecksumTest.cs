using System.Text;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Tests.Model;

/// <summary>A model that was damaged on its way does not load.</summary>
public sealed class ModelChecksumTest
{
    static readonly SuRnnModel Model = TinyModels.Build(CellKind.Gru, SwitchKind.Both, true, 1);
    static readonly byte[] Good = ShippedFile.Saved(Model);

    [Fact]
    public void Load_WithAnyBitFlipped_IsRefused_OrSaysTheSame()
    {
        var random = new Random(29);
        var accepted = 0;
        for (var i = 0; i < 2_000; i++)
        {
            var damaged = Good.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                var loaded = ModelFile.Load(new MemoryStream(damaged), "damaged.surnn");
                Assert.Equal(Good, ShippedFile.Saved(loaded)); // the field's own name was hit: it is unknown then, and everything else as it was
                accepted++;
            }
            catch (InvalidModelException)
            {
            }
        }
        Assert.True(accepted < 20, $"{accepted} of 2,000 were accepted");
    }

    [Fact]
    public void Load_WithAFlippedWeight_NamesTheChecksum()
    {
        var damaged = Good.ToArray();
        damaged[^7] ^= 1;
        Assert.Contains("checksum", Assert.Throws<InvalidModelException>(() => ModelFile.Load(new MemoryStream(damaged), "damaged.surnn")).Message);
        Assert.Equal(Good, ShippedFile.Saved(ModelFile.Load(new MemoryStream(Good), "good.surnn")));
    }

    [Fact]
    public void Load_OfAFileWithoutAChecksum_Works()
    {
        var before = ShippedFile.Saved(Model, checksum: false);
        Assert.DoesNotContain("checksum", Encoding.UTF8.GetString(before));
        Assert.Equal(Good, ShippedFile.Saved(ModelFile.Load(new MemoryStream(before), "before.surnn")));
    }

    /// <summary>A pipe of anything was kept whole before its first bytes were looked at.</summary>
    [Fact]
    public void Load_OfAnEndlessPipeOfSomethingElse_StopsAtItsFirstBytes()
    {
        var pipe = new Zeros();
        Assert.Contains("no 'SURNN'", Assert.Throws<InvalidModelException>(() => ModelFile.Load(pipe, "-")).Message);
        Assert.True(pipe.Given <= 1 << 16, $"{pipe.Given} bytes were read");
    }

    sealed class Zeros : Stream
    {
        public long Given { get; private set; }
        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Clear(buffer, offset, count);
            Given += count;
            return count;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
