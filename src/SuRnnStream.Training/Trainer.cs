using SuRnnStream.Training.Data;
using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Training;

/// <summary>What one epoch came to.</summary>
sealed record EpochReport(int Epoch, double Loss, double OpenInEvents, double OpenInBackground, double LearningRate, ClipScores Clips, NoiseScores Noise, double Seconds);

/// <summary>The training loop. Epoch e is the same in every run of a seed, so a resumed training goes on as the unbroken one would.</summary>
sealed class Trainer : IDisposable
{
    const int LongestStart = 100_000; // frames
    const int WithKinds = -2;         // what a checkpoint begins with
    const double Softness = 2;        // temperature of a teacher's answers

    readonly FitOptions _options;
    readonly ISegmentSource _maker;
    readonly Judge? _judge;
    readonly SuRnnNet _net, _average;
    readonly SuRnnNet? _teacher;
    readonly AdamW _optimizer;
    readonly int _batches, _kinds;

    public Trainer(FitOptions options, Corpus corpus)
        : this(options, new SegmentMaker(corpus, options.Config.RequireFrontEnd(), options.Segments, options.Seed), new Judge(corpus, options.Config), corpus.Kinds.Count) { }

    /// <summary>On segments that are not made of clips: reports then have no scores of clips, and there is no second head.</summary>
    public Trainer(FitOptions options, ISegmentSource segments) : this(options, segments, null, 0) { }

    Trainer(FitOptions options, ISegmentSource segments, Judge? judge, int kinds)
    {
        (_options, _maker, _judge) = (options, segments, judge);
        _batches = Math.Max(1, (options.EpochSegments > 0 ? options.EpochSegments : _maker.PerEpoch) / options.BatchSize);
        random.manual_seed(options.Seed);
        _kinds = options.KindsWeight > 0 ? kinds : 0;
        _net = new SuRnnNet(options.Config, dropout: options.Dropout, kinds: _kinds);
        _average = new SuRnnNet(options.Config, kinds: _kinds);
        _average.load_state_dict(_net.state_dict());
        _average.eval();
        if (options.Teacher is { } teacher) _teacher = SuRnnNet.From(TeacherOf(teacher, options.Config));
        _optimizer = new AdamW(_net.parameters(), options.WeightDecay, clip: 2, options.Averaging);
    }

    static SuRnnModel TeacherOf(string file, SuRnnConfig config)
    {
        var model = ModelFile.Load(file);
        if (model.Config.FrontEnd != config.FrontEnd || !model.Config.Labels.SequenceEqual(config.Labels))
            throw new ArgumentException($"{file} cannot be the teacher: it has another front end or other labels ({string.Join(", ", model.Config.Labels)}).");
        return model.Config.Precision == Precision.Float32 ? model : throw new ArgumentException($"{file} cannot be the teacher: give the float32 model.");
    }

    /// <summary>Epochs done.</summary>
    public int Epoch { get; private set; }

    /// <summary>The network with averaged weights: the one that is judged and exported.</summary>
    public SuRnnNet Averaged => _average;
    public Judge Judge => _judge ?? throw new InvalidOperationException("This training has no clips to judge by.");

    /// <summary>What it is judged by, see <see cref="SuRnnStream.Training.Judge.Held"/>.</summary>
    public (int Words, int Unknown, int Silence, int Noise) Held => _judge?.Held ?? default;

    public int SegmentsPerEpoch => _batches * _options.BatchSize;

    /// <param name="onBatch">Told of steps done, of how many, and the mean loss.</param>
    public EpochReport RunEpoch(Action<int, int, double>? onBatch = null) => RunEpochUntil(CancellationToken.None, onBatch);

    /// <summary>As <see cref="RunEpoch"/>, unless it is broken off.</summary>
    /// <param name="onBatch">Told of steps done, of how many, and the mean loss.</param>
    /// <param name="stop">Breaks the epoch off after a step. This trainer is of no use then: what <see cref="Save"/> wrote before goes on exactly.</param>
    /// <exception cref="OperationCanceledException">The epoch was broken off.</exception>
    public EpochReport RunEpochUntil(CancellationToken stop, Action<int, int, double>? onBatch = null)
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        random.manual_seed(_options.Seed * 1_000_003L + Epoch);
        _net.train();
        double loss = 0, inEvents = 0, background = 0;
        var (done, rate) = (0, 0.0);
        foreach (var batch in BatchQueue.Epoch(_maker, Epoch, _batches, _options.BatchSize, _options.Config.FrameLength))
        {
            using var _ = batch;
            using var scope = NewDisposeScope(); // every tensor of this step dies here
            var progress = (Epoch + (double)done / _batches) / _options.Epochs;
            _optimizer.ZeroGradients();
            var step = Loss(batch, progress);
            step.Total.backward();
            _optimizer.Step(rate = LearningRateAt(progress));
            loss += step.Task.item<float>();
            inEvents += step.InEvents.item<float>();
            background += step.Background.item<float>();
            done++;
            onBatch?.Invoke(done, _batches, loss / done);
            stop.ThrowIfCancellationRequested();
        }
        Epoch++;
        Average();
        return new EpochReport(Epoch, loss / _batches, inEvents / _batches, background / _batches, rate, _judge?.Clips(_average) ?? ClipScores.None, _judge?.Noise(_average) ?? NoiseScores.None, started.Elapsed.TotalSeconds);
    }

    /// <summary>Up over the first hundredth, then down a cosine.</summary>
    double LearningRateAt(double progress) => _options.LearningRate * (progress < 0.01 ? 0.05 + 95 * progress : 0.005 + 0.995 * 0.5 * (1 + Math.Cos(Math.PI * progress)));

    (Tensor Total, Tensor Task, Tensor InEvents, Tensor Background) Loss(Batch batch, double progress)
    {
        // Endless streams are at any time: a harmonic switch must not learn where a segment begins.
        var passed = _options.Config.Layers.Any(layer => layer.SeesTime) ? randint(0, LongestStart, [batch.Frames.shape[0]], ScalarType.Float32) : null;
        var output = _net.Forward(batch.Frames, passed);
        var log = nn.functional.log_softmax(output.Logits, 2);
        Tensor first = log.gather(2, batch.Answer), second = log.gather(2, batch.OrAnswer);
        var either = where(batch.Answer == batch.OrAnswer, first, logaddexp(first, second)).squeeze(2); // ln of what may be answered
        var weight = 1 + 2 * (batch.Answer > 0).to_type(ScalarType.Float32).squeeze(2);
        var task = -((either * weight).sum() / weight.sum());

        var total = _kinds > 0 ? task + _options.KindsWeight * _net.KindsLoss(output, batch.Kind) : task;
        if (_teacher is not null) total += _options.Distillation * Distillation(batch, passed, log);

        var heard = 1 - output.Silence;
        Tensor inEvents = batch.InEvent * heard, background = (1 - batch.InEvent) * heard;
        var open = output.MeanGate;
        var openInEvents = (open * inEvents).sum() / (inEvents.sum() + 1);
        var openInBackground = (open * background).sum() / (background.sum() + 1);
        if (_options.Config.Layers.Any(layer => layer.Switch != SwitchKind.None))
        {
            double Target(double start, double final, (double From, double To) closing) =>
                _options.SwitchesClose ? final : start + (final - start) * Math.Clamp((progress - closing.From) / (closing.To - closing.From), 0, 1);
            // While it falls, the rate in words is held at its target from both sides: it is the rest that has to shut.
            var excess = 2 * nn.functional.relu(openInBackground - Target(1, _options.OpenInBackground, _options.ClosingInBackground));
            if (_options.SwitchesClose || progress > _options.ClosingInBackground.From) excess += (openInEvents - Target(0.8, _options.OpenInEvents, _options.ClosingInEvents)).abs();
            if (_options.LeastOpen > 0) excess += 2 * nn.functional.relu(_options.LeastOpen - EachInEvents(output, inEvents)).mean();
            total += _options.RatePressure * excess;
            if (_options.SwitchesClose) // a frame is free only when its last switch is shut
                total += nn.functional.relu((output.AnyGate * background).sum() / (background.sum() + 1) - 2 * _options.OpenInBackground);
            if (output.Activity is { } activity) // the switches' common term learns by itself where something goes on
                total += 0.5 * (nn.functional.binary_cross_entropy_with_logits(activity, batch.InEvent, reduction: nn.Reduction.None) * heard).sum() / heard.sum();
        }
        return (total, task, openInEvents, openInBackground);
    }

    /// <summary>
    /// How far the network's answers are from the teacher's in words: Kullback-Leibler divergence, of soft answers (Hinton et al. 2015). Running
    /// speech is left out: there what the teacher takes for a word is its mistake.
    /// </summary>
    Tensor Distillation(Batch batch, Tensor? passed, Tensor log)
    {
        Tensor theirs;
        using (no_grad()) theirs = nn.functional.log_softmax(_teacher!.Forward(batch.Frames, passed).Logits / Softness, 2);
        var apart = (theirs.exp() * (theirs - nn.functional.log_softmax(log / Softness, 2))).sum([2]);
        var words = batch.InEvent * (1 - ((batch.Answer == 0) & (batch.OrAnswer == 1)).to_type(ScalarType.Float32).squeeze(2));
        return Softness * Softness * (apart * words).sum() / (words.sum() + 1);
    }

    /// <summary>Open part of each neuron's own switch in events: [H of all layers].</summary>
    static Tensor EachInEvents(NetOutput output, Tensor inEvents) => (cat([.. output.Gates], 2) * inEvents.unsqueeze(2)).sum([0, 1]) / (inEvents.sum() + 1);

    /// <summary>Brings the averaged twin up to date.</summary>
    void Average()
    {
        using var noGradient = no_grad();
        _optimizer.CopyAverageTo(_average.parameters());
        foreach (var (average, now) in _average.buffers().Zip(_net.buffers())) average.copy_(now);
    }

    /// <summary>Everything that the next epoch depends on, replaced in one move; the generation before stays beside it.</summary>
    public void Save(string file)
    {
        CheckpointFile.Write(file, to =>
        {
            to.Write(WithKinds);
            to.Write(_kinds);
            to.Write(Epoch);
            _optimizer.Save(to);
            _net.save(to);
        });
    }

    /// <summary>Epochs done when a checkpoint was saved.</summary>
    public static int EpochOf(string file)
    {
        using var from = CheckpointFile.Read(file);
        return Head(from).Epoch;
    }

    /// <summary>The first checkpoints began with their epoch: there was no second head.</summary>
    static (int Kinds, int Epoch) Head(BinaryReader from) => from.ReadInt32() is var first && first == WithKinds ? (from.ReadInt32(), from.ReadInt32()) : (0, first);

    /// <summary>
    /// Takes over the weights of a finished model of this shape. It may lack the switches; of other labels, those that both have keep their part
    /// of the head.
    /// </summary>
    /// <exception cref="ArgumentException">The model has another shape, or int8 weights.</exception>
    public void BeginWith(SuRnnModel model)
    {
        var (config, theirs) = (_options.Config, model.Config);
        static IEnumerable<RecurrentLayer> Cells(SuRnnConfig of) => of.Layers.Select(layer => new RecurrentLayer(layer.Cell, layer.Hidden, SwitchKind.None));
        if (theirs.FrontEnd != config.FrontEnd || !theirs.Stem.SequenceEqual(config.Stem) || !Cells(theirs).SequenceEqual(Cells(config)))
            throw new ArgumentException("A training can begin only with a model of its own front end, convolutions and layers.");
        if (theirs.Precision != Precision.Float32) throw new ArgumentException("A training can begin only with a model of float32 weights.");
        using var noGradient = no_grad();
        using var earlier = SuRnnNet.From(model);
        using (var batch = Batch.Stack([.. Enumerable.Range(0, _options.BatchSize).Select(i => _maker.Make(0, i))], config.FrameLength)) earlier.Calibrate(batch.Frames);
        var mine = _net.state_dict();
        foreach (var (name, value) in earlier.state_dict())
            if (!name.StartsWith("head.", StringComparison.Ordinal) && mine.TryGetValue(name, out var to)) to.copy_(value);
        var (weight, bias) = (model.Weights["head.weight"].ToArray(), model.Weights["head.bias"].ToArray());
        for (var label = 0; label < config.Labels.Count; label++)
        {
            if (theirs.Labels.ToList().IndexOf(config.Labels[label]) is not (>= 0 and var from)) continue;
            using var row = tensor(weight.AsSpan(from * weight.Length / bias.Length, weight.Length / bias.Length).ToArray());
            mine["head.weight"][label].copy_(row);
            mine["head.bias"][label].fill_(bias[from]);
        }
        _optimizer.BeginAverage();
        Average();
    }

    /// <summary>Goes on where <see cref="Save"/> was called.</summary>
    /// <exception cref="InvalidDataException">The file and the generation before it are damaged, or of another training.</exception>
    public void Load(string file)
    {
        using var from = CheckpointFile.Read(file);
        try
        {
            var (kinds, epoch) = Head(from);
            if (kinds != _kinds) throw new InvalidDataException($"{file} knows {kinds} kinds of words, the folders have {_kinds}: give those that it was trained with.");
            _optimizer.Load(from);
            _net.load(from);
            Epoch = epoch;
        }
        catch (EndOfStreamException early)
        {
            throw new InvalidDataException($"{file} ends early: begin the training again.", early);
        }
        Average();
    }

    public void Dispose()
    {
        _net.Dispose();
        _average.Dispose();
        _teacher?.Dispose();
    }
}
