using System.Text.Json;
using ConsoleAppFramework;
using SuRnnStream.Evaluation;
using SuRnnStream.Research.LongRange;
using SuRnnStream.Research.Pictures;
using SuRnnStream.Training.Data;
using TorchSharp;

namespace SuRnnStream.Research.Commands;

/// <summary>`surnn-research picture`: the README's pictures.</summary>
sealed class PictureCommand
{
    const float NoisePeak = 0.0055f; // of white noise of -50 dB

    /// <summary>Draws what a model does over a segment of sound: samples, frames, switches, scores.</summary>
    /// <param name="model">-m, The .surnn file.</param>
    /// <param name="wav">The sound.</param>
    /// <param name="from">Start of the segment in seconds.</param>
    /// <param name="to">Its end.</param>
    /// <param name="output">-o|--out, The PNG to write.</param>
    [Command("picture raster")]
    public void Raster(string model = "models/commands-float32.surnn", string wav = "samples/audio/commands.wav", double from = 1, double to = 9.5, string output = "samples/pictures/raster.png")
    {
        var net = ModelFile.Load(model);
        RasterPicture.Draw(Recording.Of(net, Corpus.Read(wav, net.Config.RequireFrontEnd().SampleRate), from, to), net, output);
        Console.WriteLine(output);
    }

    /// <summary>Draws how much of a word's last state a model and its dense twin still have in silence and in noise, seconds later.</summary>
    /// <param name="model">-m, The .surnn file: one layer, a GRU.</param>
    /// <param name="twin">Its twin with every switch open.</param>
    /// <param name="wav">Words.</param>
    /// <param name="words">Where they are: a CSV file of label, start and end in seconds, with a heading.</param>
    /// <param name="seconds">Length of the silence or the noise.</param>
    /// <param name="output">-o|--out, The PNG to write.</param>
    [Command("picture memory")]
    public void Remember(string model = "models/commands-float32.surnn", string twin = "models/commands-dense.surnn", string wav = "samples/audio/commands.wav",
        string words = "samples/audio/commands.csv", double seconds = 10, string output = "samples/pictures/memory.png")
    {
        torch.set_num_threads(1);
        using var scope = torch.NewDisposeScope();
        var (net, dense) = (ModelFile.Load(model), ModelFile.Load(twin));
        var front = net.Config.RequireFrontEnd();
        if (dense.Config.FrontEnd != front) throw new ArgumentException($"{model} and {twin} do not hear the same frames.");
        if (!(seconds * front.SampleRate >= front.WindowLength && seconds <= 60)) throw new ArgumentException($"The silence lasts from one frame to 60 s, not {seconds}.");
        var sound = Corpus.Read(wav, front.SampleRate);
        var ends = Ends(words, front.SampleRate, sound.Length);
        var random = new Random(1);
        float[] noise = [.. Enumerable.Range(0, (int)(seconds * front.SampleRate)).Select(_ => NoisePeak * (2 * random.NextSingle() - 1))];

        MemoryCurves Curves(string name, ScottPlot.Color colour, SuRnnModel of, float[] after) =>
            new(name, colour, [.. ends.Select(end => new Memory(of).Norms(sound.AsSpan(0, end), after))]);
        (string, IReadOnlyList<MemoryCurves>) Scene(string title, float[] after) =>
            (title, [Curves("with switches", Paper.Orange, net, after), Curves("dense twin", Paper.Blue, dense, after)]);
        MemoryPicture.Draw([Scene($"Digital silence after {ends.Length} words", new float[noise.Length]), Scene("White noise, -50 dB", noise)], front.Hop.TotalSeconds, output);
        Console.WriteLine(output);
    }

    /// <summary>Draws what networks reach and cost on sequences of more and more steps, light and dark.</summary>
    /// <param name="figures">JSON files of `surnn-research long-range-test`, with commas between, a curve each: the mean of its models, which are seeds of one network, and a dot for each of them.</param>
    /// <param name="names">The curves' names, with commas between, in the order of the files.</param>
    /// <param name="trained">Longest length that they were trained on.</param>
    /// <param name="output">-o|--out, Name of the files to write, without .svg and -dark.svg.</param>
    [Command("picture lengths")]
    public void Lengths(string figures, string names, int trained, string output = "samples/pictures/lengths")
    {
        LengthFigures[][] curves = [.. figures.Split(',').Select(file => Read(file).Where(row => row.Window is null).ToArray())];
        var labels = names.Split(',', StringSplitOptions.TrimEntries);
        if (labels.Length != curves.Length) throw new ArgumentException($"--figures has {curves.Length} files ({figures}), but --names has {labels.Length}.");
        if (trained < 1) throw new ArgumentException($"--trained is a length of 1 step or more, not {trained}.");
        foreach (var dark in new[] { false, true })
        {
            var file = output + (dark ? "-dark.svg" : ".svg");
            var picture = LengthPicture.Draw([.. labels.Zip(curves, (name, curve) => (name, (IReadOnlyList<LengthFigures>)curve))], trained, dark);
            SafeFile.Replace(file, to => to.Write(picture));
            Console.WriteLine(file);
        }
    }

    static LengthFigures[] Read(string file)
    {
        try { return JsonSerializer.Deserialize<LengthFigures[]>(File.ReadAllText(file), LongRangeFolder.Json) is { } rows && rows.Any(row => row.Window is null) ? rows : throw new JsonException("there is no row of whole sequences"); }
        catch (JsonException wrong) { throw new InvalidDataException($"{file} holds no figures of `surnn-research long-range-test`: {wrong.Message}", wrong); }
    }

    /// <summary>Sample at which each word ends.</summary>
    static int[] Ends(string file, int rate, int samples)
    {
        int[] ends = [.. EventTable.Read(file, TimeSpan.FromSeconds((double)samples / rate)).Select(word => (int)(word.End.TotalSeconds * rate))];
        return ends.Length > 0 ? ends : throw new InvalidDataException($"{file} names no words.");
    }
}
