namespace SuRnnStream.Training.Events;

/// <summary>A model of sensors as the start of a training whose frames also tell a rhythm.</summary>
static class WidenedModel
{
    /// <summary>
    /// The model in float32 with weights of 0 for the numbers that its frames lack, so that it gives the same scores. Of int8 the weights as they are rounded: a start
    /// may be.
    /// </summary>
    /// <param name="model">With the channels, filters and convolutions of <paramref name="config"/>.</param>
    /// <param name="config">Of the training.</param>
    /// <exception cref="ArgumentException">The model's frames are others; the message says so.</exception>
    public static SuRnnModel Of(SuRnnModel model, SuRnnConfig config)
    {
        if (model.Config.Sensor is not { } theirs || config.Sensor is not { } ours || !SameFrames(theirs, ours) || !Channels(theirs).SequenceEqual(Channels(ours)) || (theirs.KnowsRhythm && theirs.RhythmWithin != ours.RhythmWithin))
            throw new ArgumentException("A training on events can begin only with a model of its own channels, filters and frames; they may lack the rhythm alone.");
        var shape = model.Config with { Sensor = ours, Precision = Precision.Float32 };
        var weights = SuRnnWeights.Shapes(shape).ToDictionary(tensor => tensor.Name, tensor => model.Weights[tensor.Name].ToArray());
        var first = config.Stem.Count > 0 ? "stem.0.weight" : "layer.0.input";
        if (theirs.FrameLength != ours.FrameLength)
        {
            if (shape.Stem is [{ Separable: true }, ..]) throw new ArgumentException("A training whose frames tell a rhythm can begin only with a model whose first convolution is full.");
            weights[first] = Widened(weights[first], theirs.FrameLength, ours.FrameLength, ours.RhythmPlace);
            if (shape.HasSalience && shape.SalienceDepth == 0) weights["salience.weight"] = Widened(weights["salience.weight"], theirs.FrameLength, ours.FrameLength, ours.RhythmPlace);
        }
        return new SuRnnModel(shape, new SuRnnWeights(shape, weights), model.Defaults, model.Card);
    }

    /// <summary>[rows, from] to [rows, to], the new columns 0.</summary>
    static float[] Widened(float[] weights, int from, int to, int place)
    {
        var wide = new float[weights.Length / from * to];
        for (var row = 0; row < weights.Length / from; row++)
        {
            weights.AsSpan(row * from, place).CopyTo(wide.AsSpan(row * to));
            weights.AsSpan(row * from + place, from - place).CopyTo(wide.AsSpan(row * to + place + to - from));
        }
        return wide;
    }

    static bool SameFrames(SensorFrontEndConfig a, SensorFrontEndConfig b) => a with { Channels = b.Channels, RhythmWithin = b.RhythmWithin, LandmarkWithin = b.LandmarkWithin } == b;

    static IEnumerable<SensorChannel> Channels(SensorFrontEndConfig sensor) => sensor.Channels.Select(channel => channel with { Statistics = null });
}
