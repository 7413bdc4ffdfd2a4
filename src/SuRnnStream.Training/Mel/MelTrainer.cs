using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Mel;

/// <summary>
/// Trains a model of spoken words in three stages: the frame switch alone; the network on whole words; the network on segments with its banks
/// and its frame switch. Distillation and a loss on each word as a whole go on to the end.
/// </summary>
sealed class MelTrainer : IDisposable
{
    const int NormBatches = 20;
    const double HardPart = 0.05, Found = 0.15;

    readonly MelFitOptions _options;
    readonly SuRnnConfig _config;
    readonly MelMixer _mixer;
    readonly WordDistillation? _distillation;
    readonly SpeechDistillation? _speech;
    readonly HoldNet _net, _average;
    readonly MelJudge _judge;
    readonly Action<string> _say;
    readonly System.Diagnostics.Stopwatch _stage = new(); // since this process's first step on segments
    TimeSpan _earlier;                                    // that an interrupted process spent on them
    AdamW _optimizer;
    bool _frozen;                                         // the convolutions learn no more

    /// <param name="options">What was asked for.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="corpus">The sounds.</param>
    /// <param name="speech">A teacher's vectors of the corpus's running speech, which this trainer frees; null: none.</param>
    /// <param name="say">Takes a line a report.</param>
    public MelTrainer(MelFitOptions options, SuRnnConfig config, MelCorpus corpus, SpeechDistillation? speech, Action<string> say)
    {
        (_options, _config, _speech, _say) = (options, config, speech, say);
        random.manual_seed(options.Seed);
        _mixer = new MelMixer(corpus, config.Labels, config.RequireFrontEnd(), options.Seed, options.VoicePart, speech);
        _judge = new MelJudge(corpus, config);
        _distillation = WordDistillation.Of(_mixer.Table, config.Labels.Count, options.Seed);
        if (_distillation is not null) say($"teacher: {_distillation.Right:P1} right on speakers its heads never met");
        var targets = _distillation is null ? 0 : SpeechTeacher.Length;
        (Switch, _net, _average) = (new FrameSwitchNet(16), new HoldNet(config, targets, options.Memory), new HoldNet(config, targets, options.Memory));
        _optimizer = NewOptimizer();
    }

    AdamW NewOptimizer() => new(_net.Learnt, _options.WeightDecay, clip: 2, _options.Averaging);

    public FrameSwitchNet Switch { get; }
    public HoldNet Averaged => _average;
    MelRunner Runner(HoldNet net, bool streams) => new(_config, streams ? Switch : null, net, streams ? _options.Period : 0) { Opening = _options.Opening, Rest = _options.Rest };

    /// <summary>Trains the frame switch: said or not, in the frames where that is known.</summary>
    /// <exception cref="OperationCanceledException">Broken off after a step by <paramref name="stop"/>.</exception>
    public void FitSwitch(CancellationToken stop = default)
    {
        var optimizer = new AdamW(Switch.parameters(), weightDecay: 1e-3, clip: 1, averaging: 0.99);
        double sum = 0;
        for (var step = 0; step < _options.SwitchSteps; step++)
        {
            using var scope = NewDisposeScope();
            var batch = _mixer.Make(-1, step, 32, _options.Switch);
            var (numbers, silence) = FrameSwitchNet.Inputs(batch.Frames.contiguous().data<float>().ToArray(), 32, _options.Switch.Frames, _config.FrameLength);
            optimizer.ZeroGradients();
            var logits = Switch.Forward(numbers, silence);
            var weight = (batch.Said >= 0).to_type(ScalarType.Float32) * (1 - silence);
            var loss = (nn.functional.binary_cross_entropy_with_logits(logits, batch.Said.clamp(0, 1), reduction: nn.Reduction.None) * weight).sum() / weight.sum();
            loss.backward();
            optimizer.Step(5e-3 * 0.5 * (1.02 + Math.Cos(Math.PI * step / _options.SwitchSteps)));
            sum += loss.item<float>();
            stop.ThrowIfCancellationRequested();
            if (step % 100 == 99)
            {
                _say($"switch {step + 1}/{_options.SwitchSteps} loss {sum / 100:F4}");
                sum = 0;
            }
        }
        using var noGradient = no_grad();
        optimizer.CopyAverageTo(Switch.parameters());
        MeasureSwitch();
    }

    /// <summary>Says what the switch does at some openings, on the choosing sounds.</summary>
    public void MeasureSwitch()
    {
        foreach (var line in _judge.Switch(Switch, _average)) _say(line);
    }

    /// <summary>Steps done of the stage that runs, or of the last one that ran.</summary>
    public int Done { get; private set; }

    /// <summary>What is left of one epoch of whole words or of segments, <see cref="Done"/> steps after the stage's start.</summary>
    /// <param name="epoch">Its number: batches of the same number are the same in every run of a seed.</param>
    /// <param name="done">Steps of the stage that are done; not a multiple of the epoch's where it was broken off.</param>
    /// <param name="of">Steps of the stage.</param>
    /// <param name="streams">True: segments.</param>
    /// <param name="stop">Breaks the epoch off after a step; <see cref="Write"/> then keeps it, and <see cref="Read"/> goes on to the same bits.</param>
    /// <param name="onStep">Told of each step of the stage that is done.</param>
    /// <exception cref="OperationCanceledException">The epoch was broken off.</exception>
    public MelScores RunEpoch(int epoch, int done, int of, bool streams, CancellationToken stop = default, Action<int>? onStep = null)
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        var first = done % _options.EpochSteps;
        if (done == 0) (_optimizer, _earlier) = (NewOptimizer(), TimeSpan.Zero);
        if (streams && !_stage.IsRunning) _stage.Restart();
        Done = done;
        random.manual_seed(_options.Seed * 1_000_003L + epoch);
        if (first == 0 && streams && _options.MineEvery > 0 && done / _options.EpochSteps % _options.MineEvery == 0) Mine();
        double frames = 0, words = 0, distillation = 0, speech = 0;
        var steps = Math.Min(_options.EpochSteps, of - (done - first));
        _net.train();
        for (var step = first; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var loss = Loss(epoch, step, of, streams);
            _optimizer.ZeroGradients();
            loss.Total.backward();
            var progress = Progress(Done, of, streams);
            if (progress >= 1)
            {
                steps = step + 1;
                HasEnded = true;
            }
            _optimizer.Step((streams ? _options.StreamRate : _options.ClipRate) * Math.Min(1, progress / 0.02 + 0.02) * (0.005 + 0.995 * 0.5 * (1 + Math.Cos(Math.PI * progress))));
            Done++;
            frames += loss.Frames;
            words += loss.Words;
            distillation += loss.Distillation;
            speech += loss.Speech;
            onStep?.Invoke(Done);
            if (step + 1 < steps) stop.ThrowIfCancellationRequested(); // after its last step an epoch is finished
        }
        var run = steps - first;
        Average(epoch, streams);
        var scores = _judge.Scores(Runner(_average, streams));
        _say($"{(streams ? "streams" : "words"),7} {Done}/{of} loss frames {frames / run:F3} words {words / run:F3} distillation {distillation / run:F3} speech {speech / run:F3}  {scores}  {started.Elapsed.TotalSeconds:F0} s");
        return scores;
    }

    TimeSpan StageTime => _earlier + _stage.Elapsed;

    /// <summary>True: the time of the stage of segments is over.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Part of a stage that is done: by its steps, or by its time where that is limited and further on.</summary>
    double Progress(int done, int of, bool streams)
    {
        var bySteps = done / (double)of;
        if (!streams || _options.StreamMinutes <= 0) return bySteps;
        return Math.Min(1, Math.Max(bySteps, StageTime.TotalMinutes / _options.StreamMinutes));
    }

    (Tensor Total, double Frames, double Words, double Distillation, double Speech) Loss(int epoch, int step, int of, bool streams)
    {
        var (mix, size) = streams ? (_options.Streams, _options.StreamBatch) : (_options.Clips, _options.ClipBatch);
        var batch = _mixer.Make(epoch, step, size, mix);
        var runner = Runner(_net, streams);
        var heard = runner.Heard(batch.Frames.contiguous().data<float>().ToArray(), size, mix.Frames);
        var open = MelRunner.Mask(heard, mix.Frames, size);
        var output = _net.Forward(batch.Frames, open, runner.Plan(heard, mix.Frames, size));
        var log = nn.functional.log_softmax(output.Logits, 2);
        var each = -(log + (1 - batch.Allowed) * -1e4f).logsumexp(2);                     // [T, B] -ln of what may be answered
        var weight = batch.Weight * open.t();
        var frames = (each * weight).sum() / (weight.sum() + 1);
        var background = (each * open.t() * (batch.Weight == 1).to_type(ScalarType.Float32)).flatten();
        var hard = background.topk((int)(background.shape[0] * HardPart)).values.mean();
        var total = frames + _options.HardWeight * hard;
        var (words, distillation) = Words(batch, output, size);
        var speech = Speech(batch, output, open);
        if (output.Gates is { } gates) total = total + 0.5 * Rates(gates, open, Progress(Done, of, streams));
        total = total + _options.ClipWeight * words + _options.DistillationWeight * distillation + _options.SpeechDistillationWeight * speech;
        return (total, frames.item<float>(), words.item<float>(), distillation.item<float>(), speech.item<float>());
    }

    /// <summary>
    /// By how much each neuron's rate of opening in heard frames is above twice the target or below a third of it, in sum: a hinge a neuron, so that none pays for another. The
    /// target falls from always to its end over the first six tenths of a stage.
    /// </summary>
    Tensor Rates(Tensor gates, Tensor open, double progress)
    {
        var target = 1 + (_options.OpenTarget - 1) * Math.Min(1, progress / 0.6);
        var rates = gates.sum([0, 1]) / (open.sum() + 1); // shut frames have no open gate
        return (nn.functional.relu(rates - 2 * target) + nn.functional.relu(target / 3 - rates)).sum();
    }

    /// <summary>How far the network is from the teacher's vectors of running speech, in the frames [B, T] that are heard.</summary>
    Tensor Speech(MelBatch batch, HoldOutput output, Tensor open)
    {
        if (_speech is null || batch.Targets.Count == 0) return zeros(1).squeeze(0);
        var size = open.shape[0];
        var at = tensor(batch.Targets.Select(target => target.Frame * size + target.Sequence).ToArray()); // of [T, B]
        var apart = (_net.SpeechDistilled(output.Read.flatten(0, 1).index_select(0, at)) - _speech.Vectors.index_select(0, tensor(batch.Targets.Select(target => (long)target.Row).ToArray()))).pow(2).mean([1]);
        var heard = open.t().flatten().index_select(0, at);
        return (apart * heard).sum() / (heard.sum() + 1);
    }

    /// <summary>The loss of each word as a whole, on the mean over the frames in which its label must stand; and of its target.</summary>
    (Tensor Words, Tensor Distillation) Words(MelBatch batch, HoldOutput output, int size)
    {
        var words = batch.Words.Where(word => word.To > word.From).ToArray();
        if (words.Length == 0) return (zeros(1).squeeze(0), zeros(1).squeeze(0));
        var steps = (int)output.Read.shape[0];
        var window = new float[words.Length * steps];
        for (var w = 0; w < words.Length; w++) window.AsSpan(w * steps + words[w].From, words[w].To - words[w].From).Fill(1f / (words[w].To - words[w].From));
        var rows = tensor(words.Select(word => (long)word.Sequence).ToArray());
        var read = output.Read.permute(1, 0, 2).index_select(0, rows);                    // [W, T, H + C]
        var pooled = tensor(window, [words.Length, 1, steps]).matmul(read).squeeze(1);     // [W, H + C]
        var logits = tensor(window, [words.Length, 1, steps]).matmul(output.Logits.permute(1, 0, 2).index_select(0, rows)).squeeze(1);
        var labels = tensor(words.Select(word => (long)word.Label).ToArray());
        var loss = nn.functional.cross_entropy(logits, labels, label_smoothing: 0.05);
        if (_distillation is null || _options.DistillationWeight == 0) return (loss, zeros(1).squeeze(0));
        var known = tensor(words.Select(word => _distillation.Known[word.Sound] ? 1f : 0).ToArray());
        var sounds = tensor(words.Select(word => (long)word.Sound).ToArray());
        var apart = (_net.Distilled(pooled) - _distillation.Numbers.index_select(0, sounds)).pow(2).mean([1]);
        var answers = _distillation.Answers.index_select(0, sounds);
        var soft = -(answers * nn.functional.log_softmax(logits, 1)).sum(1);
        return (loss, ((apart + soft) * known).sum() / (known.sum() + 1));
    }

    /// <summary>Where the averaged network takes running speech that is trained on for a word.</summary>
    void Mine()
    {
        const int Part = 500;
        _mixer.HardSpeech.Clear();
        var (bands, labels, speech) = (_config.FrameLength, _config.Labels.Count, _mixer.Speech);
        var runner = Runner(_average, streams: true);
        for (var first = 0; first + 32 * Part <= speech.Length; first += 32 * Part)
        {
            using var planes = speech.Plane.slice(0, first, first + 32 * Part, 1);
            var all = planes.contiguous().data<float>().ToArray();
            var results = runner.Run([.. Enumerable.Range(0, 32).Select(i => all[(i * Part * bands)..((i + 1) * Part * bands)])]);
            for (var i = 0; i < results.Count; i++)
            {
                var last = -1000;
                for (var t = 20; t < Part; t++)
                {
                    var most = results[i].Scores.AsSpan(t * labels + 2, labels - 2);
                    var found = false;
                    foreach (var score in most) found |= score > Found;
                    if (!found || t - last < 40) continue;
                    _mixer.HardSpeech.Add(first + i * Part + t);
                    last = t;
                }
            }
        }
        _say($"mined: {_mixer.HardSpeech.Count} places in the training's speech score above {Found}");
    }

    /// <summary>Takes over the averaged weights and works out the norms' statistics for them.</summary>
    void Average(int epoch, bool streams)
    {
        using var noGradient = no_grad();
        _optimizer.CopyAverageTo(_average.Learnt);
        if (_frozen)
        {
            _average.eval();
            return;
        }
        var sums = new List<float[]>();
        var (mix, size) = streams ? (_options.Streams, _options.StreamBatch) : (_options.Clips, _options.ClipBatch);
        _average.train();
        for (var n = 0; n < NormBatches; n++)
        {
            using var scope = NewDisposeScope();
            foreach (var (name, buffer) in _average.named_buffers())
                if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal)) buffer.zero_();
            var batch = _mixer.Make(epoch, 1_000_000 + n, size, mix);
            var runner = Runner(_average, streams);
            var heard = runner.Heard(batch.Frames.contiguous().data<float>().ToArray(), size, mix.Frames);
            _average.Forward(batch.Frames, MelRunner.Mask(heard, mix.Frames, size), runner.Plan(heard, mix.Frames, size));
            var buffers = Statistics(_average).Select(buffer => buffer.data<float>().ToArray()).ToArray();
            if (n == 0) sums.AddRange(buffers);
            else
                for (var i = 0; i < sums.Count; i++)
                    for (var j = 0; j < sums[i].Length; j++) sums[i][j] += buffers[i][j];
        }
        foreach (var (buffer, sum) in Statistics(_average).Zip(sums))
        {
            using var mean = tensor(sum.Select(x => x / NormBatches / 0.1f).ToArray()); // each batch moved them a tenth of the way from zero
            buffer.copy_(mean);
        }
        _average.eval();
    }

    static IEnumerable<Tensor> Statistics(nn.Module net) => net.named_buffers().Where(x => x.name.EndsWith("running_mean", StringComparison.Ordinal) || x.name.EndsWith("running_var", StringComparison.Ordinal)).Select(x => x.buffer);

    /// <summary>The averaged network as a model of the runtime.</summary>
    public SuRnnModel Export(IReadOnlyDictionary<string, string> card)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var tensors = _average.Export().Concat(Switch.Export()).ToDictionary(pair => pair.Key, pair => pair.Value.contiguous().data<float>().ToArray());
        return new SuRnnModel(_config, new SuRnnWeights(_config, tensors), new DetectorOptions(), card);
    }

    /// <summary>How far the runtime and Torch are apart on words over noise.</summary>
    public MelAgreement Agreement(SuRnnModel model) => MelAgreement.Measure(model, Runner(_average, streams: true), _mixer.Make(-3, 0, 24, _options.Streams), _options.Streams.Frames);

    /// <summary>Takes frame switch and convolutions from a checkpoint of a network that holds, and keeps them as they are.</summary>
    /// <exception cref="InvalidDataException">It is of another shape.</exception>
    public void Freeze(string file)
    {
        Switch.load(file + ".switch");
        using var theirs = new HoldNet(Commands.FitWordsCommand.Shape(_options with { Memory = MemoryKind.Hold }), _distillation is null ? 0 : SpeechTeacher.Length);
        theirs.LoadFrom(file + ".average");
        _net.Freeze(theirs);
        _average.Freeze(theirs);
        _frozen = true;
        _optimizer = NewOptimizer();
    }

    public void Save(string file)
    {
        Switch.save(file + ".switch");
        _net.save(file + ".net");
        _average.save(file + ".average");
    }

    public void Load(string file)
    {
        Switch.load(file + ".switch");
        _net.LoadFrom(file + ".net");
        _average.LoadFrom(file + ".average");
        _optimizer = NewOptimizer();
    }

    /// <summary>Begins with the weights of a model file, which has no norms any more: they are set by some segments.</summary>
    /// <exception cref="InvalidDataException">It is of another shape, or rounded.</exception>
    public void Import(string file)
    {
        var model = ModelFile.Load(file).WithoutSecondLook();
        if (model.Config.Precision != Precision.Float32) throw new InvalidDataException($"{file} is rounded to int8: give the float32 model to go on from.");
        static IEnumerable<string> Shapes(SuRnnConfig of) => SuRnnWeights.Shapes(of).Select(one => $"{one.Name} {string.Join('x', one.Shape)}").Concat(of.Stem.Select(layer => $"{layer}"));
        if (!Shapes(model.Config).SequenceEqual(Shapes(_config))) throw new InvalidDataException($"{file} is of another shape than this training: give --channels, --blocks and --memory as it was trained with.");
        using var scope = NewDisposeScope();
        Tensor Of(string name) => tensor(model.Weights[name].ToArray());
        Switch.Import(Of);
        var (mix, size) = (_options.Streams, _options.StreamBatch);
        var batch = _mixer.Make(-2, 0, size, mix);
        foreach (var net in new[] { _net, _average })
        {
            var runner = Runner(net, streams: true);
            net.Import(Of, batch.Frames, MelRunner.Mask(runner.Heard(batch.Frames.contiguous().data<float>().ToArray(), size, mix.Frames), mix.Frames, size));
        }
        _optimizer = NewOptimizer();
        _say($"{file}: {_judge.Scores(Runner(_average, streams: true))}");
    }

    /// <summary>Everything that the next step depends on, after the network's shape and the sounds.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write(Done);
        to.Write(StageTime.Ticks);
        to.Write(_mixer.HardSpeech.Count);
        foreach (var at in _mixer.HardSpeech) to.Write(at);
        _optimizer.Save(to);
        foreach (var net in new nn.Module[] { Switch, _net, _average }) net.save(to);
    }

    /// <summary>Takes over what <see cref="Write"/> wrote of a training with the same options and sounds.</summary>
    /// <exception cref="EndOfStreamException">It ends early.</exception>
    public void Read(BinaryReader from)
    {
        Done = from.ReadInt32();
        _earlier = TimeSpan.FromTicks(from.ReadInt64());
        _mixer.HardSpeech.Clear();
        for (var n = from.ReadInt32(); n > 0; n--) _mixer.HardSpeech.Add(from.ReadInt32());
        _optimizer = NewOptimizer();
        _optimizer.Load(from);
        foreach (var net in new nn.Module[] { Switch, _net, _average }) net.load(from);
    }

    public void Dispose()
    {
        _mixer.Dispose();
        _distillation?.Dispose();
        _speech?.Dispose();
        Switch.Dispose();
        _net.Dispose();
        _average.Dispose();
    }
}
