use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{GpuModelId, OperatorId, BCT};
use millpond_traits::{mocks::MockOperators, GpuFacts, GpuHistory, GpuStatus, Gpus as _};
use sp_runtime::{DispatchResult, TokenError};

fn try_register(who: AccountId, operator: OperatorId, model: GpuModelId, number: u8) -> DispatchResult {
	let origin = RuntimeOrigin::signed(who);
	Gpus::register(origin, operator, model, device(number), papers(), OWNER)
}

#[test]
fn register_should_mint_the_nft_to_its_owner_and_have_the_host_answer_for_it() {
	TestExt::execute_with(|| {
		let gpu = register(7);
		assert_eq!((gpu, register(8)), (0, 1));
		assert_eq!(Gpus::holder(gpu), Some(OWNER));
		let facts = GpuFacts {
			operator: MILL,
			model: REAL,
			status: GpuStatus::Registered,
		};
		assert_eq!(Gpus::facts(gpu), Some(facts));
		assert_eq!(MockOperators::duties(MILL), (2, 200 * BCT));
		assert_eq!(Devices::<Test>::get(device(7)), Some(Device::Registered(gpu)));
		let summary = Gpus::gpu_summary(gpu).expect("it is there");
		assert_eq!((summary.holder, &summary.papers), (OWNER, &papers()));
		assert_eq!((summary.gpu.registered, summary.gpu.in_service), (START, None));
		assert_eq!((summary.history, summary.resigned), (GpuHistory::default(), None));
		assert_eq!(attribute(gpu, "model").as_deref(), Some("H100 SXM"));
		assert_eq!(attribute(gpu, "operator").as_deref(), Some("11"));
		assert_eq!(attribute(gpu, "status").as_deref(), Some("registered"));
		assert_eq!(attribute(gpu, "device"), Some("07".repeat(32)));
		assert_eq!(attribute(gpu, "in_service"), None);
		assert_eq!(
			events()[0],
			Event::Registered {
				gpu,
				operator: MILL,
				model: REAL,
				device: device(7),
				owner: OWNER
			}
		);
	});
}

#[test]
fn register_should_be_for_the_host_only_also_when_its_nft_was_sold() {
	TestExt::execute_with(|| {
		assert_noop!(try_register(OWNER, MILL, REAL, 1), Error::<Test>::NotHost);
		assert_noop!(try_register(FISHER, MILL, REAL, 1), Error::<Test>::NotHost);
		assert_noop!(try_register(MILLER, 99, REAL, 1), Error::<Test>::UnknownOperator);
		MockOperators::set_holder(MILL, &FISHER);
		assert_noop!(try_register(MILLER, MILL, REAL, 1), Error::<Test>::NotHost);
		assert_ok!(try_register(FISHER, MILL, REAL, 1));
	});
}

#[test]
fn register_should_fail_when_model_or_bond_is_missing() {
	TestExt::execute_with(|| {
		assert_noop!(try_register(MILLER, MILL, 9, 1), Error::<Test>::UnknownModel);
		MockOperators::add(MILL, &MILLER, 199 * BCT);
		assert_ok!(try_register(MILLER, MILL, REAL, 1));
		assert_noop!(try_register(MILLER, MILL, REAL, 2), TokenError::FundsUnavailable);
	});
}

#[test]
fn register_should_fail_when_papers_are_no_text_or_from_the_future() {
	TestExt::execute_with(|| {
		let try_papers = |change: fn(&mut Papers)| {
			let mut papers = papers();
			change(&mut papers);
			let origin = RuntimeOrigin::signed(MILLER);
			Gpus::register(origin, MILL, REAL, device(1), papers, OWNER)
		};
		assert_noop!(
			try_papers(|papers| papers.purchased = START + 1),
			Error::<Test>::PurchasedInFuture
		);
		let broken: [fn(&mut Papers); 3] = [
			|papers| papers.serial = vec![0xff].try_into().expect("short"),
			|papers| papers.hosting.uri = vec![0xff].try_into().expect("short"),
			|papers| papers.ownership.uri = vec![0xff].try_into().expect("short"),
		];
		for change in broken {
			assert_noop!(try_papers(change), Error::<Test>::NotText);
		}
	});
}

#[test]
fn device_should_be_registered_once_and_again_when_it_was_retired() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_noop!(try_register(FISHER, RIVAL, REAL, 1), Error::<Test>::DeviceTaken);
		assert_ok!(Gpus::retire(RuntimeOrigin::signed(OWNER), gpu));
		assert_ok!(try_register(FISHER, RIVAL, REAL, 1));
		assert_eq!(Devices::<Test>::get(device(1)), Some(Device::Registered(gpu + 1)));
	});
}

#[test]
fn documents_should_be_moved_by_both_parties_and_say_the_same() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		let update = |who, hosting, ownership| {
			Gpus::update_documents(RuntimeOrigin::signed(who), gpu, text(hosting), text(ownership))
		};
		assert_noop!(update(FISHER, "a", "b"), Error::<Test>::NotParty);
		assert_ok!(update(MILLER, "a", "b"));
		assert_ok!(update(OWNER, "c", "d"));
		assert_eq!(
			last_event(),
			Event::DocumentsMoved {
				gpu,
				hosting: text("c"),
				ownership: text("d")
			}
		);
		let now = Gpus::gpu_summary(gpu).expect("it is there").papers;
		assert_eq!((now.hosting.uri, now.ownership.uri), (text("c"), text("d")));
		assert_eq!((now.hosting.hash, now.ownership.hash), ([1; 32], [2; 32]));
		// Who sold it has no say any more.
		assert_ok!(Deeds::sell(gpu, &BUYER));
		assert_noop!(update(OWNER, "e", "f"), Error::<Test>::NotParty);
		assert_ok!(update(BUYER, "e", "f"));
		let broken: Uri = vec![0xff].try_into().expect("short");
		assert_noop!(
			Gpus::update_documents(RuntimeOrigin::signed(BUYER), gpu, broken, text("f")),
			Error::<Test>::NotText
		);
		assert_noop!(
			Gpus::update_documents(RuntimeOrigin::signed(OWNER), 9, text("a"), text("b")),
			Error::<Test>::UnknownGpu
		);
	});
}

#[test]
fn hosted_gpus_should_come_in_pages_that_have_each_once() {
	TestExt::execute_with(|| {
		MockOperators::add(MILL, &MILLER, u128::MAX);
		let registered: Vec<_> = (0..600u64)
			.inspect(|number| {
				let mut device = [0; 32];
				device[..8].copy_from_slice(&number.to_le_bytes());
				let origin = RuntimeOrigin::signed(MILLER);
				assert_ok!(Gpus::register(origin, MILL, SIMULATED, device, papers(), OWNER));
			})
			.collect();
		let other = register_as(RIVAL, REAL, 255);
		let mut pages = vec![Gpus::hosted_gpus(MILL, None)];
		while let Some(last) = pages.last().and_then(|page| page.last()).copied() {
			pages.push(Gpus::hosted_gpus(MILL, Some(last)));
		}
		let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
		assert_eq!(sizes, [PAGE, PAGE, 600 - 2 * PAGE, 0]);
		let mut hosted = pages.concat();
		hosted.sort_unstable();
		assert_eq!(hosted, registered);
		assert_eq!(Gpus::hosted_gpus(RIVAL, None), [other]);
		assert!(Gpus::hosted_gpus(POND, None).is_empty());
	});
}

#[test]
fn nothing_should_be_known_when_there_is_no_such_gpu() {
	TestExt::execute_with(|| {
		assert_eq!((Gpus::holder(9), Gpus::facts(9), Gpus::model(9)), (None, None, None));
		assert_eq!((Gpus::gpu_summary(9), Gpus::gpu_model(9)), (None, None));
		Gpus::note_history(9, GpuHistory::default());
		assert!(!Histories::<Test>::contains_key(9));
	});
}
