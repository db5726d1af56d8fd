package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
)

// lagAnnotation on a pod (or in a Deployment's pod template) overrides --lag for it, exactly and without --lag-sigma.
const lagAnnotation = "testbed.almanac.dev/start-up-lag"

// resizeAnnotation on a pod names the reason, Deferred or Infeasible, with which its kubelet does not resize it.
const resizeAnnotation = "testbed.almanac.dev/resize"

// heartbeat is the kubelet's own: the node lifecycle controller calls a node lost after 50 s of silence.
const heartbeat = 10 * time.Second

// helper plays the kubelet of every node: it owns node heartbeats and pod status, as the kubelet does, and runs nothing.
//
// All it knows about a pod is in that pod's status, so it may be killed and started again at any time; only the draws of
// --lag-sigma live in memory.
type helper struct {
	client  kubernetes.Interface
	pods    listers.PodLister
	queue   workqueue.TypedRateLimitingInterface[types.NamespacedName]
	lag     time.Duration
	sigma   float64
	random  *rand.Rand
	factors map[types.UID]float64 // Lognormal factor of each pod alive, drawn in the order the pods were first seen.
	podCIDR netip.Prefix
	address netip.Addr // The last address given.
}

// nodeShape is the capacity of each Node: big by default, so that only tests that ask for pending pods get them.
type nodeShape struct {
	count  int
	cpu    string
	memory string
	pods   string
}

func podHelper() {
	flags := flag.NewFlagSet("pod-helper", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig of an administrator")
	var nodes nodeShape
	flags.IntVar(&nodes.count, "nodes", 5, "number of Node objects, spread over zones a, b and c")
	flags.StringVar(&nodes.cpu, "node-cpu", "64", "CPU of each node")
	flags.StringVar(&nodes.memory, "node-memory", "256Gi", "memory of each node")
	flags.StringVar(&nodes.pods, "node-pods", "1000", "pods that fit on each node")
	lag := flags.Duration("lag", 60*time.Second, "time from a pod's start to Ready; the median when --lag-sigma is set")
	sigma := flags.Float64("lag-sigma", 0, "standard deviation of the logarithm of the lag: 0.4 puts P90 at 1.7 times the median")
	seed := flags.Uint64("seed", 1, "seed of --lag-sigma: the n-th pod seen gets the n-th draw")
	podCIDR := flags.String("pod-cidr", "10.244.0.0/16", "pod addresses; inside 127.0.0.0/8 a test can serve /metrics at them (Linux)")
	_ = flags.Parse(os.Args[1:])

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := runPodHelper(ctx, *kubeconfig, nodes, *lag, *sigma, *seed, *podCIDR); err != nil {
		log.Fatalf("pod-helper: %v", err)
	}
}

func runPodHelper(ctx context.Context, kubeconfig string, nodes nodeShape, lag time.Duration, sigma float64, seed uint64, podCIDR string) error {
	if nodes.count < 0 || lag < 0 || !(sigma >= 0 && sigma <= 3) {
		return fmt.Errorf("--nodes and --lag must not be negative and --lag-sigma must be in 0..3, got %d, %v, %v", nodes.count, lag, sigma)
	}
	prefix, err := netip.ParsePrefix(podCIDR)
	if err != nil {
		return fmt.Errorf("--pod-cidr: %w", err)
	}
	capacity, err := nodes.capacity()
	if err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return fmt.Errorf("read --kubeconfig %q: %w", kubeconfig, err)
	}
	config.QPS = -1 // No client-side limit: one helper writes for what would be many kubelets.
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	for i := range nodes.count {
		if err := createNode(ctx, client, i, capacity); err != nil {
			return fmt.Errorf("create node %s: %w", nodeName(i), err)
		}
	}
	go wait.UntilWithContext(ctx, func(ctx context.Context) { beat(ctx, client, nodes.count) }, heartbeat)

	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods()
	h := &helper{
		client:  client,
		pods:    pods.Lister(),
		queue:   workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[types.NamespacedName]()),
		lag:     lag,
		sigma:   sigma,
		random:  rand.New(rand.NewPCG(seed, seed)),
		factors: map[types.UID]float64{},
		podCIDR: prefix.Masked(),
		address: prefix.Masked().Addr(),
	}
	enqueue := func(obj any) {
		if name, err := cache.ObjectToName(obj); err == nil {
			h.queue.Add(types.NamespacedName(name))
		}
	}
	_, err = pods.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    enqueue,
		UpdateFunc: func(_, obj any) { enqueue(obj) },
	})
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	log.Printf("playing the kubelet of %d nodes, start-up lag %v, sigma %v", nodes.count, lag, sigma)
	go func() {
		<-ctx.Done()
		h.queue.ShutDown()
	}()
	h.work(ctx)
	return nil
}

// work is the only worker: one at a time keeps the draws in order, and thousands of status writes a second are plenty.
func (h *helper) work(ctx context.Context) {
	for {
		key, shutdown := h.queue.Get()
		if shutdown {
			return
		}
		again, err := h.sync(ctx, key)
		switch {
		case apierrors.IsConflict(err) || apierrors.IsNotFound(err): // The cache is behind; its next event comes anyway.
			h.queue.AddRateLimited(key)
		case err != nil:
			log.Printf("%s: %v", key, err)
			h.queue.AddRateLimited(key)
		default:
			h.queue.Forget(key)
			if again > 0 {
				h.queue.AddAfter(key, again)
			}
		}
		h.queue.Done(key)
	}
}

// sync brings one pod's status to where it should be now, and says after how long to look again (0: when it changes).
func (h *helper) sync(ctx context.Context, key types.NamespacedName) (time.Duration, error) {
	pod, err := h.pods.Pods(key.Namespace).Get(key.Name)
	if apierrors.IsNotFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if pod.DeletionTimestamp != nil {
		delete(h.factors, pod.UID)
		// Nothing runs, so nothing needs the grace period. The UID keeps a StatefulSet's next pod of that name alive.
		err := h.client.CoreV1().Pods(key.Namespace).Delete(ctx, key.Name, metav1.DeleteOptions{
			GracePeriodSeconds: new(int64),
			Preconditions:      metav1.NewUIDPreconditions(string(pod.UID)),
		})
		if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
			return 0, nil
		}
		return 0, err
	}
	if pod.Spec.NodeName == "" || pod.Status.Phase == v1.PodSucceeded || pod.Status.Phase == v1.PodFailed {
		return 0, nil
	}

	now := metav1.Now().Rfc3339Copy() // Whole seconds, which is all that the API keeps.
	updated := pod.DeepCopy()
	if updated.Status.StartTime == nil {
		updated.Status.StartTime = &now
	}
	if updated.Status.PodIP == "" {
		address, err := h.freeAddress()
		if err != nil {
			return 0, err
		}
		updated.Status.PodIP = address
		updated.Status.PodIPs = []v1.PodIP{{IP: address}}
	}
	readyAt := updated.Status.StartTime.Add(h.lagOf(pod))
	ready := !time.Now().Before(readyAt)
	setStatus(updated, ready, now)
	if !apiequality.Semantic.DeepEqual(pod.Status, updated.Status) {
		if _, err := h.client.CoreV1().Pods(key.Namespace).UpdateStatus(ctx, updated, metav1.UpdateOptions{}); err != nil {
			return 0, err
		}
	}
	if ready {
		return 0, nil
	}
	return time.Until(readyAt), nil
}

// setStatus writes what a kubelet would report of a pod whose containers all run, and are ready or not.
func setStatus(pod *v1.Pod, ready bool, now metav1.Time) {
	status := &pod.Status
	status.Phase = v1.PodRunning
	status.ObservedGeneration = pod.Generation
	status.HostIP = "127.0.0.1"
	status.HostIPs = []v1.HostIP{{IP: status.HostIP}}
	for _, condition := range []v1.PodConditionType{v1.PodReadyToStartContainers, v1.PodInitialized} {
		setCondition(status, condition, true, now)
	}
	for _, condition := range []v1.PodConditionType{v1.ContainersReady, v1.PodReady} {
		setCondition(status, condition, ready, now)
	}
	had := map[string]*v1.ResourceRequirements{}
	for _, container := range status.ContainerStatuses {
		had[container.Name] = container.Resources
	}
	unresized := false
	status.ContainerStatuses = make([]v1.ContainerStatus, len(pod.Spec.Containers))
	for i, container := range pod.Spec.Containers {
		// A resize is done at once, so that the container has what the spec asks for; or never.
		resources := &container.Resources
		if before := had[container.Name]; before != nil && pod.Annotations[resizeAnnotation] != "" &&
			!apiequality.Semantic.DeepEqual(before, resources) {
			resources, unresized = before, true
		}
		status.ContainerStatuses[i] = v1.ContainerStatus{
			Name:        container.Name,
			Image:       container.Image,
			ImageID:     container.Image,
			ContainerID: fmt.Sprintf("testbed://%s/%s", pod.UID, container.Name),
			State:       v1.ContainerState{Running: &v1.ContainerStateRunning{StartedAt: *status.StartTime}},
			Ready:       ready,
			Started:     &ready,
			Resources:          resources.DeepCopy(),
			AllocatedResources: resources.Requests.DeepCopy(),
		}
	}
	setResizePending(pod, unresized, now)
}

// setResizePending says that a resize is not done, and why, or nothing.
func setResizePending(pod *v1.Pod, pending bool, now metav1.Time) {
	conditions := pod.Status.Conditions[:0]
	since := now
	for _, condition := range pod.Status.Conditions {
		if condition.Type == v1.PodResizePending {
			since = condition.LastTransitionTime
		} else {
			conditions = append(conditions, condition)
		}
	}
	if pending {
		conditions = append(conditions, v1.PodCondition{
			Type: v1.PodResizePending, Status: v1.ConditionTrue, LastTransitionTime: since,
			Reason: pod.Annotations[resizeAnnotation], Message: "Node didn't have enough capacity",
		})
	}
	pod.Status.Conditions = conditions
}

// setCondition keeps the transition time of a condition that does not change: consumers measure time-to-Ready by it.
func setCondition(status *v1.PodStatus, kind v1.PodConditionType, isTrue bool, now metav1.Time) {
	value, reason := v1.ConditionFalse, "ContainersNotReady"
	if isTrue {
		value, reason = v1.ConditionTrue, ""
	}
	for i := range status.Conditions {
		condition := &status.Conditions[i]
		if condition.Type == kind {
			if condition.Status != value {
				condition.Status, condition.Reason, condition.LastTransitionTime = value, reason, now
			}
			return
		}
	}
	status.Conditions = append(status.Conditions, v1.PodCondition{Type: kind, Status: value, Reason: reason, LastTransitionTime: now})
}

func (h *helper) lagOf(pod *v1.Pod) time.Duration {
	if text, ok := pod.Annotations[lagAnnotation]; ok {
		if lag, err := time.ParseDuration(text); err == nil && lag >= 0 {
			return lag
		}
		log.Printf("%s/%s: annotation %s: %q is no duration such as 30s; --lag holds", pod.Namespace, pod.Name, lagAnnotation, text)
	}
	if h.sigma == 0 {
		return h.lag
	}
	factor, drawn := h.factors[pod.UID]
	if !drawn {
		factor = math.Exp(h.sigma * h.random.NormFloat64())
		h.factors[pod.UID] = factor
	}
	return time.Duration(float64(h.lag) * factor)
}

// freeAddress is the next address of --pod-cidr that no pod has. It goes round rather than taking the lowest one, because
// the cache may not show yet what was given a moment ago.
func (h *helper) freeAddress() (string, error) {
	pods, err := h.pods.List(labels.Everything())
	if err != nil {
		return "", err
	}
	used := make(map[string]bool, len(pods))
	for _, pod := range pods {
		used[pod.Status.PodIP] = true
	}
	for range len(pods) + 2 { // More steps than addresses in use, and one for the network's own.
		h.address = h.address.Next()
		if !h.podCIDR.Contains(h.address) {
			h.address = h.podCIDR.Addr().Next()
		}
		if text := h.address.String(); !used[text] {
			return text, nil
		}
	}
	return "", fmt.Errorf("--pod-cidr %v has no address left", h.podCIDR)
}

func nodeName(i int) string {
	return fmt.Sprintf("testbed-%d", i)
}

func (n nodeShape) capacity() (v1.ResourceList, error) {
	capacity := v1.ResourceList{}
	for name, text := range map[v1.ResourceName]string{v1.ResourceCPU: n.cpu, v1.ResourceMemory: n.memory, v1.ResourcePods: n.pods} {
		quantity, err := resource.ParseQuantity(text)
		if err != nil {
			return nil, fmt.Errorf("node %s %q: %w", name, text, err)
		}
		capacity[name] = quantity
	}
	return capacity, nil
}

func createNode(ctx context.Context, client kubernetes.Interface, i int, capacity v1.ResourceList) error {
	now := metav1.Now()
	node := &v1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: nodeName(i),
			Labels: map[string]string{
				v1.LabelHostname:       nodeName(i),
				v1.LabelOSStable:       "linux",
				v1.LabelArchStable:     "amd64",
				v1.LabelTopologyRegion: "testbed",
				v1.LabelTopologyZone:   "testbed-" + string("abc"[i%3]),
			},
		},
		Status: v1.NodeStatus{
			Capacity:    capacity,
			Allocatable: capacity,
			Conditions: []v1.NodeCondition{{
				Type: v1.NodeReady, Status: v1.ConditionTrue, Reason: "KubeletReady", LastHeartbeatTime: now, LastTransitionTime: now,
			}},
			Addresses: []v1.NodeAddress{{Type: v1.NodeInternalIP, Address: "127.0.0.1"}, {Type: v1.NodeHostName, Address: nodeName(i)}},
			NodeInfo:  v1.NodeSystemInfo{OperatingSystem: "linux", Architecture: "amd64", KubeletVersion: "v1.36.3"},
		},
	}
	_, err := client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// beat says "alive" for each node through its Ready condition, which also brings it back after the helper was away.
// A node that a test deleted stays deleted: that is how a test loses one.
func beat(ctx context.Context, client kubernetes.Interface, count int) {
	for i := range count {
		patch := fmt.Sprintf(`{"status":{"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady","message":"","lastHeartbeatTime":%q}]}}`,
			time.Now().UTC().Format(time.RFC3339))
		_, err := client.CoreV1().Nodes().PatchStatus(ctx, nodeName(i), []byte(patch))
		if err != nil && !apierrors.IsNotFound(err) && ctx.Err() == nil {
			log.Printf("heartbeat of %s: %v", nodeName(i), err)
		}
	}
}
