using System.Globalization;
using ConsoleAppFramework;
using SuRnnStream.Training.Events;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train join-events`.</summary>
sealed class JoinEventsCommand
{
    const double Blend = 0.25; // seconds

    /// <summary>Joins brief recordings of events, each once and in a drawn order, to one stream with backgrounds between them, as a table to judge by.</summary>
    /// <param name="data">Folder of tables (NAME.csv, and NAME.labels.csv with lines time,label; of a background no line but the header).</param>
    /// <param name="names">Recordings and backgrounds to join, with commas between, * for anything: those that a training held back.</param>
    /// <param name="output">-o|--out, The table to write; its labels go beside it, to NAME.labels.csv.</param>
    /// <param name="channels">Channels, with commas between, each with its unit: "acc x [g]".</param>
    /// <param name="rate">Their moments per second.</param>
    /// <param name="labels">What the labels in the tables mean, as given to fit-events.</param>
    /// <param name="shortest">Seconds of background between two recordings, at least.</param>
    /// <param name="longest">Seconds of background between two recordings, at most.</param>
    /// <param name="vectors">V means the channels "V x", "V y" and "V z", which turn together, with commas between.</param>
    /// <param name="roll">Degrees by which they are turned about their first axis, as if the sensor were mounted so.</param>
    /// <param name="seed">The same seed gives the same stream.</param>
    [Command("join-events")]
    public void Join(string data, string names, string output, string channels, double rate, string labels, double shortest = 2, double longest = 6, string vectors = "", double roll = 0, int seed = 1)
    {
        if (!(shortest > Blend && shortest <= longest)) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--shortest {shortest} and --longest {longest} are no range above {Blend} s."));
        var sensor = EventsCommand.Sensor(channels, rate);
        var map = new EventLabels(labels);
        var some = EventCorpus.Load(data, sensor, map, FitCommand.Split(names)).HeldBack;
        EventStream[] recordings = [.. some.Where(stream => stream.Events.Count > 0)], backgrounds = [.. some.Where(stream => stream.Events.Count == 0)];
        if (recordings.Length == 0 || backgrounds.Length == 0) throw new ArgumentException($"{names} in {data} are {recordings.Length} recordings with events and {backgrounds.Length} backgrounds: there have to be some of both.");
        if (backgrounds.FirstOrDefault(stream => stream.Moments < longest * rate) is { } brief) throw new ArgumentException($"The background '{brief.Name}' is shorter than --longest.");
        var random = new Random(seed);
        random.Shuffle(recordings);
        var joined = new StreamJoiner(sensor.Channels.Count);
        void Background()
        {
            var from = backgrounds[random.Next(backgrounds.Length)];
            var length = (int)((shortest + (longest - shortest) * random.NextDouble()) * rate);
            var at = random.Next(from.Moments - length + 1);
            joined.Append([.. from.Channels.Select(channel => channel[at..(at + length)])], [], (int)(Blend * rate));
        }
        foreach (var recording in recordings)
        {
            Background();
            joined.Append(recording.Channels, recording.Events, (int)(Blend * rate));
        }
        Background();
        var stream = joined.ToStream(Path.GetFileNameWithoutExtension(output));
        new SensorTurn(sensor.Channels, FitCommand.Split(vectors)).Apply(stream.Channels, [roll, 0, 0]);
        EventTables.Write(output, stream, sensor, map.Labels);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{output}: {stream.Events.Count} events in {stream.Moments / rate:F0} s"));
    }
}
