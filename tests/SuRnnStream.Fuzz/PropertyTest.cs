using CsCheck;
using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Fuzz;

/// <summary>What holds for every input: what is written is read again, pieces give what the whole gives, and a pool gives what its detectors give.</summary>
public sealed class PropertyTest
{
    static readonly SuRnnModel Sound = TinyModels.Build(CellKind.Gru, SwitchKind.Both, stem: true, layers: 2);
    static readonly DetectorOptions Eager = TinyModels.Eager;

    static readonly Gen<float[]> Samples = Gen.Select(Gen.Int[0, 9_000], Gen.Int[0, 1_000_000]).Select((length, seed) =>
    {
        var random = new Random(seed);
        var (pitch, loud) = (0.02f + random.NextSingle(), random.NextSingle());
        return Enumerable.Range(0, length).Select(i => loud * MathF.Sin(pitch * i) * MathF.Sin(0.001f * i) + 0.02f * (random.NextSingle() - 0.5f)).ToArray();
    });

    static readonly Gen<int[]> Cuts = Gen.Int[0, 2_000].Array[1, 12];

    [Fact]
    public void Wav_WrittenAndRead_IsTheSameToHalfAStep() => Gen.Select(Gen.Float[-1.5f, 1.5f].Array[0, 5_000], Gen.Int[1_000, 192_000]).Holds(200, made =>
    {
        var (samples, rate) = made;
        var file = new MemoryStream();
        WavWriter.Write(file, samples, rate);
        file.Position = 0;
        using var wav = WavFile.Open(file, "made");
        var read = new float[samples.Length + 1];
        var got = 0;
        while (wav.Read(read.AsSpan(got)) is > 0 and var more) got += more;
        Assert.Equal((rate, samples.Length, false), (wav.SampleRate, got, wav.Truncated));
        for (var i = 0; i < got; i++) Assert.InRange(read[i] - Math.Clamp(samples[i], -1, 32_767 / 32_768f), -0.5f / 32_768, 0.5f / 32_768);
    });

    [Fact]
    public void Model_SavedAndLoaded_DetectsTheSame() =>
        Gen.Select(Gen.Int[0, TinyModels.Kinds().Count() - 1].Select(kind => TinyModels.Kinds().ElementAt(kind)), Gen.Int[1, 1_000_000], Gen.Bool, Samples).Holds(40, made =>
        {
            var ((cell, kind, stem, layers), seed, int8, samples) = made;
            var model = TinyModels.Build(cell, kind, stem, layers, seed);
            if (int8) model = model.ToInt8();
            var file = new MemoryStream();
            ModelFile.Save(file, model);
            var bytes = file.ToArray();
            var again = ModelFile.Load(new MemoryStream(bytes), "made");
            var twice = new MemoryStream();
            ModelFile.Save(twice, again);
            Assert.Equal(bytes, twice.ToArray());
            Assert.Equal(Detect(model, samples, []), Detect(again, samples, []));
        });

    [Fact]
    public void Samples_InAnyPieces_GiveTheSameDetections() => Gen.Select(Samples, Cuts).Holds(40, made =>
    {
        var (samples, cuts) = made;
        Assert.Equal(Detect(Sound, samples, []), Detect(Sound, samples, cuts));
    });

    [Fact]
    public void Moments_InAnyPieces_GiveTheSameDetections() => Gen.Select(Gen.Int[0, 500], Cuts).Holds(100, made =>
    {
        var (moments, cuts) = made;
        var (model, samples) = (SensorModels.Build(), SensorModels.Stream(moments));
        var channels = model.Config.Sensor!.Channels.Count;
        Assert.Equal(Detect(model, samples, []), Detect(model, samples, [.. cuts.Select(cut => cut / 20 * channels)]));
    });

    [Fact]
    public void State_SavedAndRestoredAnywhere_GoesOnTheSame() => Gen.Select(Samples, Gen.Int[0, 9_000]).Holds(40, made =>
    {
        var (samples, cut) = made;
        cut = Math.Min(cut, samples.Length);
        var (one, other, detections) = (new StreamingDetector(Sound, Eager), new StreamingDetector(Sound, Eager), new List<Detection>());
        one.Process(samples.AsSpan(0, cut), detections.Add);
        var state = new MemoryStream();
        one.Save(state);
        var bytes = state.ToArray();
        other.Restore(new MemoryStream(bytes));
        var again = new MemoryStream();
        other.Save(again);
        Assert.Equal(bytes, again.ToArray());
        other.Process(samples.AsSpan(cut), detections.Add);
        other.Finish(detections.Add);
        Assert.Equal(Detect(Sound, samples, []), detections);
    });

    /// <summary>Any numbers that a table can hold, in any split of its lines into reads.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void Table_WrittenAndRead_IsTheSame(bool csv) => Gen.Select(Gen.Float[-1e6f, 1e6f].Array[0, 200], Gen.Int[1, 100]).Holds(200, made =>
    {
        var (values, most) = made;
        var sensor = SensorModels.FrontEnd;
        var channels = sensor.Channels.Count;
        values = values[..(values.Length / channels * channels)];
        var names = sensor.Channels.Select(channel => channel.Name).ToArray();
        var lines = values.Chunk(channels).Select(moment => moment.Select(value => FormattableString.Invariant($"{value:R}")).ToArray());
        var text = csv ? string.Join('\n', [string.Join(',', names), .. lines.Select(line => string.Join(',', line))])
            : string.Join('\n', lines.Select(line => $"{{{string.Join(", ", names.Zip(line, (name, value) => $"\"{name}\": {value}"))}}}"));
        using LineSource source = csv ? new CsvSource(new StringReader(text), "made", sensor) : new JsonLinesSource(new StringReader(text), "made", sensor);
        var (read, piece) = (new List<float>(), new float[most * channels]);
        while (source.Read(piece) is > 0 and var got) read.AddRange(piece[..got]);
        Assert.Equal(values, read);
        Assert.Equal((null, 0L), (source.Damage, source.SamplesLost));
    });

    /// <summary>Streams of one pool, whoever writes how much when: each has the detections of a detector of its own.</summary>
    [Fact]
    public void Pool_GivesWhatADetectorAStreamGives() => Gen.Select(Samples.Array[1, 6], Cuts, Gen.Int[1, 8]).Holds(15, made =>
    {
        var (sounds, cuts, framesPerTurn) = made;
        PoolAsync(sounds, cuts, framesPerTurn).WaitAsync(TimeSpan.FromMinutes(5), TestContext.Current.CancellationToken).GetAwaiter().GetResult();
    });

    static async Task PoolAsync(float[][] sounds, int[] cuts, int framesPerTurn)
    {
        await using var pool = new DetectorPool(Sound, Eager, new PoolOptions { Workers = 2, FramesPerTurn = framesPerTurn, Overflow = OverflowPolicy.Wait });
        var told = pool.Subscribe(100_000);
        var streams = sounds.Select((_, i) => pool.Add($"{i}")).ToArray();
        await Task.WhenAll(sounds.Select((sound, i) => Task.Run(async () =>
        {
            for (int at = 0, turn = i; at < sound.Length; turn++)
            {
                var written = streams[i].Write(sound.AsSpan(at, Math.Min(sound.Length - at, 1 + cuts[turn % cuts.Length])));
                at += written;
                if (written == 0) await streams[i].RoomAsync();
            }
            streams[i].Complete();
            await streams[i].Completion;
        })));
        await pool.StopAsync();
        var heard = new List<Detection>();
        while (told.TryRead(out var detection)) heard.Add(detection);
        for (var i = 0; i < sounds.Length; i++)
            Assert.Equal(Detect(Sound, sounds[i], []), heard.Where(detection => detection.Source == $"{i}").Select(detection => detection with { Source = null }));
    }

    /// <summary>Of samples in pieces as long as the cuts, over and over; in one where there are none. A cut of nothing is a piece, too.</summary>
    static List<Detection> Detect(SuRnnModel model, float[] samples, int[] cuts)
    {
        var (detector, detections, at) = (new StreamingDetector(model, Eager), new List<Detection>(), 0);
        foreach (var cut in cuts)
        {
            var length = Math.Min(cut, samples.Length - at);
            detector.Process(samples.AsSpan(at, length), detections.Add);
            at += length;
        }
        detector.Process(samples.AsSpan(at), detections.Add);
        detector.Finish(detections.Add);
        return detections;
    }
}
