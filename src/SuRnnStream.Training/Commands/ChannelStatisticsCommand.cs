using ConsoleAppFramework;
using SuRnnStream.Training.Events;

namespace SuRnnStream.Training.Commands;

/// <summary>`surnn-train channel-statistics`.</summary>
sealed class ChannelStatisticsCommand
{
    /// <summary>
    /// Writes into a model of sensors what its channels were in training, as fit-events and gesture do by themselves: recordings in another unit are then
    /// noticed. Weights and settings stay as they are.
    /// </summary>
    /// <param name="model">-m, The .surnn file.</param>
    /// <param name="data">The recordings that it was trained on.</param>
    /// <param name="output">-o|--out, The model file to write.</param>
    /// <param name="holdBack">Names of the recordings that it was not trained on, with commas between, * for anything.</param>
    [Command("channel-statistics")]
    public void Write(string model, string data, string output, string holdBack = "")
    {
        var net = ModelFile.Load(model);
        var sensor = net.Config.Sensor ?? throw new ArgumentException($"{model} detects events of sound: it has no channels of sensors.");
        var streams = EventCorpus.Load(data, sensor, new EventLabels("any=-"), FitCommand.Split(holdBack)).Training;
        if (streams.Count == 0) throw new ArgumentException($"--hold-back leaves no recording of {data}.");
        var known = net.Config with { Sensor = TrainedChannels.Of(sensor, streams) };
        ModelFile.Save(output, new SuRnnModel(known, net.Weights, net.Defaults, net.Card));
        foreach (var channel in known.Sensor.Channels)
            Console.WriteLine(channel.Statistics is { } s ? FormattableString.Invariant($"{channel}: mean {s.Mean:G4}, deviation {s.Deviation:G4}, from {s.Least:G4} to {s.Most:G4}, calm {s.Calm:G4}") : $"{channel}: no values");
    }
}
